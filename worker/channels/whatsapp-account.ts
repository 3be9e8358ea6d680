import { z } from "zod";
import type { Template } from "../contract/template";
import type { ChannelConnection, InboundEvent } from "./channel";
import { categoryOf, qualityOf, statusOf } from "./whatsapp-templates";
import type { WhatsAppSettings } from "./whatsapp-settings";

const LABEL_MAX = 80; // a word for the webhook log
const DETAIL_MAX = 300; // what we keep of a provider's free text

const words = z.string().catch("");
const id = z.union([z.string().min(1), z.number()]).transform(String);
const Named = z.object({ message_template_id: id, message_template_name: z.string().min(1), message_template_language: z.string().min(1) });
const TemplateStatusUpdate = z.object({
  event: words, reason: words, message_template_category: words,
  other_info: z.object({ description: words }).catch({ description: "" }),
  rejection_info: z.object({ reason: words, recommendation: words }).catch({ reason: "", recommendation: "" }),
});
const QualityUpdate = z.object({ new_quality_score: words });
const CategoryUpdate = z.object({ new_category: words });
const NumberUpdate = z.object({ display_phone_number: z.string(), event: words, decision: words, rejection_reason: words });
const AccountUpdate = z.object({
  event: words, decision: words,
  violation_info: z.object({ violation_type: words }).catch({ violation_type: "" }),
  ban_info: z.object({ waba_ban_state: words, waba_ban_date: words }).catch({ waba_ban_state: "", waba_ban_date: "" }),
  restriction_info: z.array(z.object({ restriction_type: words, expiration: z.coerce.string().catch("") })).catch([]),
});
const Alert = z.object({ alert_severity: words, alert_description: words });
const Alerts = Alert.extend({ alert_info: Alert.optional().catch(undefined) });

type Update = Extract<InboundEvent, { kind: "template" }>;
interface Told { field: string; value: unknown; at: number; connection: ChannelConnection<WhatsAppSettings> }

/** Fields that are about the account, its numbers and templates; each tells at most one thing. */
const READERS: Readonly<Record<string, (told: Told) => InboundEvent | null>> = {
  message_template_status_update: statusUpdate,
  message_template_quality_update: (told) => templateEvent(told, QualityUpdate, ({ new_quality_score }) => ({ quality: qualityOf(new_quality_score) })),
  template_category_update: (told) => templateEvent(told, CategoryUpdate, ({ new_category }) => ({ category: categoryOf(new_category) ?? undefined })),
  phone_number_quality_update: numberUpdate,
  phone_number_name_update: numberUpdate,
  account_update: accountUpdate,
  account_review_update: accountUpdate,
  account_alerts: alert,
};

/** Nothing where it is about another number of the same account. */
export function accountEvent(field: string, value: unknown, at: number, connection: ChannelConnection<WhatsAppSettings>): InboundEvent[] {
  const event = Object.hasOwn(READERS, field) ? READERS[field]!({ field, value, at, connection }) : other(field, at);
  return event ? [event] : [];
}

const other = (label: string, at: number): InboundEvent => ({ kind: "other", label: (label || "unknown field").slice(0, LABEL_MAX), at });
const notice = (code: string, sentence: string, at: number): InboundEvent => ({ kind: "notice", code, sentence, at });
const clip = (text: string): string => text.slice(0, DETAIL_MAX);
/** `SCAM_ATTEMPT` as people write it. */
const plain = (code: string): string => clip(code.replaceAll("_", " ").toLowerCase());

function templateEvent<T>({ field, value, at }: Told, schema: z.ZodType<T>, change: (update: T) => Partial<Update>): InboundEvent {
  const named = Named.safeParse(value).data;
  const update = schema.safeParse(value);
  if (!named || !update.success) return other(field, at);
  // Webhooks write en-US where everything else writes en_US.
  return { kind: "template", externalId: named.message_template_id, name: named.message_template_name, language: named.message_template_language.replaceAll("-", "_"), ...change(update.data), at };
}

function statusUpdate(told: Told): InboundEvent {
  return templateEvent(told, TemplateStatusUpdate, ({ event, reason, message_template_category, other_info, rejection_info }) => {
    const status = statusOf(event);
    const category = categoryOf(message_template_category);
    const why = [rejection_info.reason, rejection_info.recommendation].filter(Boolean).join(". ") || other_info.description || (reason === "NONE" ? "" : plain(reason));
    return {
      ...(status && { status, reason: status === "approved" ? null : clip(why) || null }), ...(category && { category }),
      // It may still be sent, but the next complaints end that.
      ...(event === "FLAGGED" && { quality: "low" as Template["quality"] }),
    };
  });
}

const NUMBER_NEWS: Readonly<Record<string, string>> = {
  FLAGGED: "WhatsApp rates our number's quality as low, because customers blocked or reported it. Send less marketing until that is over, or the number may be limited.",
  DOWNGRADE: "WhatsApp has lowered the number of customers we may write to first in a day. Look at the number's quality in WhatsApp Manager.",
};

/** Good news (more throughput, a higher limit) needs nobody: it stays in the log. */
function numberUpdate({ field, value, at, connection }: Told): InboundEvent | null {
  const update = NumberUpdate.safeParse(value).data;
  if (!update) return other(field, at);
  if (update.display_phone_number.replaceAll(/\D/g, "") !== connection.address.replaceAll(/\D/g, "")) return null;
  if (update.decision === "REJECTED") return notice("name-rejected", `WhatsApp did not accept our display name${update.rejection_reason && update.rejection_reason !== "NONE" ? ` (${plain(update.rejection_reason)})` : ""}. Choose another in WhatsApp Manager.`, at);
  const sentence = Object.hasOwn(NUMBER_NEWS, update.event) ? NUMBER_NEWS[update.event] : undefined;
  return sentence ? notice(update.event.toLowerCase(), sentence, at) : other(`${field} ${update.event || update.decision}`, at);
}

function accountUpdate({ field, value, at }: Told): InboundEvent {
  const update = AccountUpdate.safeParse(value).data;
  if (!update) return other(field, at);
  const { event, decision, violation_info, ban_info, restriction_info } = update;
  const see = "See why in WhatsApp Manager, and appeal if it is wrong.";
  if (event === "ACCOUNT_VIOLATION") return notice("violation", `WhatsApp says that this account broke its rules${violation_info.violation_type && ` (${plain(violation_info.violation_type)})`}. ${see}`, at);
  if (event === "ACCOUNT_RESTRICTION") return notice("restriction", `WhatsApp has restricted this account${restriction_info[0]?.restriction_type ? ` (${plain(restriction_info[0].restriction_type)})` : ""}. ${see}`, at);
  if (event === "DISABLED_UPDATE" && ban_info.waba_ban_state !== "REINSTATE") return notice("disabled", `WhatsApp ${ban_info.waba_ban_state === "SCHEDULE_FOR_DISABLE" ? "is going to disable" : "has disabled"} this account. ${see}`, at);
  if (event === "ACCOUNT_DELETED" || event === "PHONE_NUMBER_REMOVED" || event === "PARTNER_REMOVED") return notice("removed", "The WhatsApp account, its number or our access to it was removed. Connect it again, or disable this connection.", at);
  if (field === "account_review_update" && decision === "REJECTED") return notice("review-rejected", `WhatsApp did not approve this account. ${see}`, at);
  return other(`${field} ${event || decision}`.trim(), at);
}

function alert({ field, value, at }: Told): InboundEvent {
  const alerts = Alerts.safeParse(value).data;
  const { alert_severity, alert_description } = alerts?.alert_info ?? alerts ?? { alert_severity: "", alert_description: "" };
  return alert_description && alert_severity !== "INFORMATIONAL" ? notice("alert", clip(alert_description), at) : other(field, at);
}
