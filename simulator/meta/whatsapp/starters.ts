import type { Template } from "./template";

const approved = { status: "APPROVED", quality_score: { score: "GREEN" }, rejected_reason: "NONE" } as const;

/** What the demo business had approved before the pretend world began, and what it has trouble with. */
export const starters = (): Template[] => [
  {
    id: "1689556908120001", name: "bike_ready", language: "en_US", category: "UTILITY", parameter_format: "POSITIONAL", ...approved, components: [
      { type: "HEADER", format: "TEXT", text: "Your bike is ready" },
      { type: "BODY", text: "Hi {{1}}, your {{2}} is ready. You can pick it up until {{3}} today.", example: { body_text: [["Maya", "gravel bike", "18:00"]] } },
      { type: "FOOTER", text: "Northside Cycles" },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "On my way" }, { type: "QUICK_REPLY", text: "Tomorrow" }] },
    ],
  },
  {
    id: "1689556908120002", name: "appointment_reminder", language: "en_US", category: "UTILITY", parameter_format: "NAMED", ...approved, components: [
      { type: "BODY", text: "Hi {{first_name}}, a reminder of your workshop slot on {{day}} at {{time}}.", example: { body_text_named_params: [{ param_name: "first_name", example: "Maya" }, { param_name: "day", example: "Thursday" }, { param_name: "time", example: "9:00" }] } },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Confirm" }, { type: "QUICK_REPLY", text: "Move it" }, { type: "PHONE_NUMBER", text: "Call us", phone_number: "+15125550142" }] },
    ],
  },
  {
    id: "1689556908120003", name: "bike_ready", language: "de", category: "UTILITY", parameter_format: "POSITIONAL", ...approved, components: [
      { type: "BODY", text: "Hallo {{1}}, dein {{2}} ist fertig. Abholen kannst du es heute bis {{3}} Uhr.", example: { body_text: [["Maya", "Rad", "18"]] } },
    ],
  },
  {
    id: "1689556908120004", name: "spring_sale", language: "en_US", category: "MARKETING", parameter_format: "POSITIONAL", ...approved, components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Spring is here, {{1}}! All city bikes are 15% off until Sunday.", example: { body_text: [["Maya"]] } },
      { type: "BUTTONS", buttons: [{ type: "URL", text: "See the bikes", url: "https://northside.example/sale/{{1}}", example: ["maya"] }, { type: "QUICK_REPLY", text: "Stop promotions" }] },
    ],
  },
  {
    id: "1689556908120005", name: "winter_check", language: "en_US", category: "MARKETING", parameter_format: "POSITIONAL", ...approved, status: "PAUSED", quality_score: { score: "RED" }, components: [
      { type: "BODY", text: "Is your bike ready for winter? Book a check this week." },
    ],
  },
  {
    id: "1689556908120006", name: "last_call", language: "en_US", category: "UTILITY", parameter_format: "POSITIONAL", ...approved, status: "REJECTED", quality_score: { score: "UNKNOWN" }, rejected_reason: "TAG_CONTENT_MISMATCH", components: [
      { type: "BODY", text: "Last call: the sale ends tonight." },
    ],
  },
];
