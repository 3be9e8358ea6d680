import type { WireLine } from "../../api";

const NAMES: Readonly<Record<string, string>> = { twilio: "Twilio", telnyx: "Telnyx", resend: "Resend", postmark: "Postmark", mailgun: "Mailgun", sendgrid: "SendGrid", ses: "Amazon", smtp: "SMTP", "cloudflare-sending": "Cloudflare", "cloudflare-email": "Mail", chat: "Chat", whatsapp: "WhatsApp", messenger: "Messenger", instagram: "Instagram" };

/** One exchange in a few words. */
export function describe(line: WireLine): string {
  const name = NAMES[line.provider] ?? line.provider;
  if (line.kind === "mail") return `${name} to ${line.url.replace(/^smtp:/, "")}`;
  if (line.kind === "webhook") return `${name} webhook`;
  const path = URL.canParse(line.url) ? new URL(line.url).pathname.split("/").at(-1) ?? "" : line.url;
  return `${line.method === "GET" ? "Read" : "Send"} ${name} ${path}`;
}

/** How it ended, and how to colour that. */
export function ending(line: WireLine): { text: string; tone: "good" | "due" | "bad" | "quiet" } {
  if (line.note) return { text: line.note, tone: line.status >= 200 && line.status < 300 ? "quiet" : "due" };
  if (line.status === 0) return { text: "no answer", tone: "bad" };
  if (line.status === 429) return { text: "429, later", tone: "due" };
  return { text: String(line.status), tone: line.status < 400 ? "good" : "bad" };
}
