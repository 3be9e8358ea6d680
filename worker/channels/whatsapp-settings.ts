import { z } from "zod";
import type { ChannelConnection, ChannelIo, SettingField } from "./channel";
import { graph, type GraphAnswer } from "./meta";
import { whatsAppError } from "./whatsapp-errors";

const id = z.string().trim().regex(/^\d{1,30}$/, "is a number of up to 30 digits");
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");

export const WhatsAppSettings = z.object({ phoneNumberId: id, wabaId: id, accessToken: secret, appSecret: secret, verifyToken: secret });
export type WhatsAppSettings = z.infer<typeof WhatsAppSettings>;

export const FIELDS: readonly SettingField[] = [
  { key: "phoneNumberId", label: "Phone number ID", help: "Meta app → WhatsApp → API Setup, below the number. It is not the number itself.", secret: false },
  { key: "wabaId", label: "WhatsApp Business Account ID", help: "On the same page, beside the phone number ID.", secret: false },
  { key: "accessToken", label: "Access token", help: "Meta Business Suite → Settings → System users → Generate token, without an end, with whatsapp_business_messaging and whatsapp_business_management.", secret: true },
  { key: "appSecret", label: "App secret", help: "Meta app → App settings → Basic. It proves that webhooks come from Meta.", secret: true },
  { key: "verifyToken", label: "Verify token", help: "Any long word of your own. Meta asks for the same one when you enter the webhook address.", secret: true },
];

const PhoneNumber = z.object({ display_phone_number: z.string().catch(""), platform_type: z.string().catch("") });
const Subscribed = z.object({ data: z.array(z.unknown()) });

/** Codes of Graph for an id that the token does not see. */
const UNSEEN = new Set([33, 100]);

/** Null means the number is ours, can send, and its webhooks are on. */
export async function probe({ settings, address }: ChannelConnection<WhatsAppSettings>, io: ChannelIo): Promise<string | null> {
  const { accessToken: token, appSecret, phoneNumberId, wabaId } = settings;
  const ask = (path: string, query?: Record<string, string>) => graph(io, { path, token, appSecret, method: "GET", query });
  const number = await ask(phoneNumberId, { fields: "display_phone_number,platform_type" });
  if (number.error && UNSEEN.has(number.error.code)) return "WhatsApp does not know this phone number ID, or the token may not see it. Copy the ID again, and give the system user access to the WhatsApp account.";
  const refused = refusal(number);
  if (refused) return refused;
  const { display_phone_number: shown, platform_type: platform } = PhoneNumber.parse(number.body);
  if (shown !== "" && digits(shown) !== digits(address)) return `This phone number ID belongs to ${shown.slice(0, 40)}, not to ${address}. Copy the ID of the right number.`;
  if (platform !== "" && platform !== "CLOUD_API") return "This number is not registered with the Cloud API. Register it in WhatsApp Manager first.";
  const apps = await ask(`${wabaId}/subscribed_apps`);
  if (apps.error && UNSEEN.has(apps.error.code)) return "WhatsApp does not know this WhatsApp Business Account ID, or the token may not see it. Copy the ID again.";
  const subscribed = Subscribed.safeParse(apps.body);
  if (subscribed.success && subscribed.data.data.length === 0) return "No app is subscribed to the WhatsApp account, so no message would arrive. Subscribe it in the Meta app under WhatsApp → Configuration.";
  return apps.error ? refusal(apps) : null;
}

function refusal({ status, error }: GraphAnswer): string | null {
  if (error) return whatsAppError(String(error.code))?.sentence ?? `WhatsApp refused: ${error.detail}`;
  return status >= 200 && status < 300 ? null : `WhatsApp gave no usable answer (${status}). Try again in a few minutes.`;
}

const digits = (number: string): string => number.replaceAll(/\D/g, "");
