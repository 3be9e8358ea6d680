import type { ConversationPatch } from "../../worker/contract/conversation.ts";
import type { TemplateUse } from "../../worker/contract/template.ts";

/** The demo business. Numbers and domains are from the ranges that are reserved for examples. */

export const memberNames = ["Ana Ruiz", "Jonas Beck", "Lee Park"];

export const labels = [
  { id: "l_repair", name: "Repair", colour: 1 },
  { id: "l_warranty", name: "Warranty", colour: 2 },
  { id: "l_rental", name: "Rental", colour: 3 },
  { id: "l_wholesale", name: "Wholesale", colour: 4 },
];

export const teams = [
  { id: "t_workshop", name: "Workshop", memberIds: ["m_demo_owner", "m_demo_agent"] },
  { id: "t_sales", name: "Sales", memberIds: ["m_demo_owner", "m_demo_restricted"] },
  { id: "t_rentals", name: "Rentals", memberIds: ["m_demo_agent"] },
];

export const connections = (origin: string) => [
  {
    id: "ch_demo_sms", provider: "twilio", name: "Workshop line", address: "+15125550142",
    settings: { accountSid: "AC00000000000000000000000000000d01", authToken: "demo0twilio0auth0token0000000000" },
  },
  { id: "ch_demo_mail", provider: "cloudflare-email", name: "Workshop mailbox", address: "workshop@northside.example", settings: { domain: "northside.example" } },
  {
    id: "ch_demo_resend", provider: "resend", name: "Workshop mailbox", address: "workshop@northside.example",
    settings: { apiKey: "re_demo_key_000000000000000000000", webhookSecret: "whsec_ZGVtby1yZXNlbmQtc2VjcmV0LTAxMjM0NTY3ODlhYg==", domain: "northside.example" },
  },
  {
    id: "ch_demo_chat", provider: "chat", name: "Northside Cycles", address: origin,
    settings: { origins: [origin], greeting: "Hi, how can we help?", colour: "#1d4a40" },
  },
];

export const contacts = [
  { id: "ct_demo_maya", name: "Maya Torres", company: "Harbour Studio", language: "en", timeZone: "America/Chicago", tags: ["commuter", "gravel"], identities: [{ kind: "phone" as const, address: "+15125550164" }, { kind: "email" as const, address: "maya.torres@example.com" }] },
  { id: "ct_demo_daniel", name: "Daniel Kovač", timeZone: "Europe/Zagreb", tags: ["warranty"], identities: [{ kind: "phone" as const, address: "+15125550171" }, { kind: "email" as const, address: "daniel.kovac@example.com" }] },
  { id: "ct_demo_lena", name: "Lena Petersen", timeZone: "Europe/Copenhagen", identities: [{ kind: "email" as const, address: "lena.petersen@example.com" }] },
  { id: "ct_demo_sam", name: "Sam Okafor", timeZone: "America/New_York", identities: [{ kind: "phone" as const, address: "+15125550133" }] },
  { id: "ct_demo_grace", name: "Grace Wu", timeZone: "Asia/Singapore", identities: [{ kind: "email" as const, address: "grace.wu@example.com" }] },
];

const DAY_MS = 86_400_000;
/** Counted from the first start. */
export const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

export interface Opening {
  provider: string;
  body: Record<string, unknown>;
  reply?: string;
  /** The connection that the reply leaves by; the usual one when left out. */
  by?: string;
  /** What the shop may say when the time for a reply is over. */
  template?: TemplateUse;
  /** What the same customer does next, after the reply has arrived. */
  further?: Record<string, unknown>[];
  /** A reply that leaves tomorrow. */
  later?: string;
  /** What the owner does with the conversation after that. */
  change?: ConversationPatch;
}

/** What customers say at the beginning, in the simulator's own terms, and what the shop does, so that no view and no tab is empty. */
export const opening: Opening[] = [
  { provider: "cloudflare-email", body: { from: "grace.wu@example.com", fromName: "Grace Wu", to: "workshop@northside.example", subject: "Spring service for 24 bikes", text: "Hello,\n\nwe would like to bring our club's bikes for a spring service. Could you send a quote for 24 bikes?\n\nBest,\nGrace" }, reply: "Hi Grace, gladly. For 24 bikes we can do 49 dollars each, two weeks in March. Shall I hold the dates?", change: { addLabels: ["l_wholesale"], assigneeId: "m_demo_owner", starred: true } },
  { provider: "twilio", body: { from: "+15125550133", text: "Is my bike ready?" }, reply: "Yes, it is ready and waiting for you.", change: { addLabels: ["l_repair"], status: "closed", closeReason: "Collected" } },
  { provider: "twilio", body: { from: "+15125550187", text: "Thanks, see you Friday at noon" }, reply: "See you then." },
  { provider: "twilio", body: { from: "+15125550119", text: "Could you order the front rack for me?" }, reply: "Ordered. It takes about three days.", change: { status: "snoozed", snoozedUntil: inDays(3), wakeOnReply: true } },
  { provider: "cloudflare-email", body: { from: "lena.petersen@example.com", fromName: "Lena Petersen", to: "workshop@northside.example", subject: "Renting kids' bikes", text: "Hi there,\n\ndo you rent kids' bikes by the week? We arrive on the 12th with two children, 6 and 9 years old.\n\nLena" }, change: { addLabels: ["l_rental"], teamId: "t_rentals", addFollowers: ["m_demo_owner"] } },
  { provider: "chat", body: { text: "Do you have the gravel frame in size 52?", name: "Tom Hale", page: "/frames" } },
  { provider: "twilio", body: { from: "+15125550171", text: "The chain keeps slipping in the third gear. Is that covered by the warranty?" }, change: { addLabels: ["l_repair", "l_warranty"], assigneeId: "m_demo_agent" } },
];
