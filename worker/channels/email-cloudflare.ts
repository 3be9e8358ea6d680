import { z } from "zod";
import { type ChannelConnection, defineChannel, type InboundEvent, type RawRequest, WORDS_AND_FILES } from "./channel";
import { authenticityOf } from "../domain/mail-authenticity";
import { mailCode } from "./mail-codes";
import { mailEvents } from "./mail-inbound";
import { originalMail } from "./mail-original";
import { parseMail } from "./mime";

/** How Cloudflare signs the results that it puts above all others. */
const SERVERS = ["mx.cloudflare.net"];
const MAX_BYTES = 25 * 1024 * 1024; // Cloudflare refuses larger mail: https://developers.cloudflare.com/email-routing/limits/

const Settings = z.object({
  domain: z.string().trim().toLowerCase().min(1, "Name the domain that receives the mail").max(253),
  signingSecret: z.string().trim().min(8, "Use at least 8 characters").max(200).optional(),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

async function receive({ headers, body, receivedAt }: RawRequest, connection: Connection): Promise<InboundEvent[]> {
  const mail = await parseMail(body);
  const authenticity = authenticityOf(mail.headers.get("authentication-results")?.[0], SERVERS, mail.from?.address ?? "");
  const arrival = { envelopeFrom: headers["x-envelope-from"] ?? null, envelopeTo: [headers["x-envelope-to"] ?? ""], identity: body, receivedAt, authenticity };
  return mailEvents(mail, arrival, connection);
}

/** Mail that Cloudflare Email Routing hands to the Worker's `email()`: https://developers.cloudflare.com/email-routing/email-workers/ */
export const cloudflareEmail = defineChannel({
  provider: "cloudflare-email",
  kind: "email",
  title: "Cloudflare Email Routing",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "domain", label: "Domain", help: "The domain whose mail Cloudflare routes to this Worker, such as example.com. Enable sub-addressing there, so that answers find their conversation.", secret: false },
    { key: "signingSecret", label: "Signing secret", help: "Only if another Worker of yours passes the mail on.", secret: true, optional: true },
  ],
  capabilities: {
    text: { max: 100_000, unit: "characters" },
    subject: true, html: true, copies: true,
    media: { max: 200, bytes: MAX_BYTES, types: ["*/*"], limits: [], together: true, caption: true },
    ...WORDS_AND_FILES,
    typing: false, readReceipts: false, deliveryReceipts: false,
    start: false, resend: "ask", transport: "none", perSecond: 1,
  },
  claims: ["cloudflare-email", "cloudflare-sending"],
  explain: (code) => mailCode(code)?.sentence ?? null,
  consentAfter: (code) => (mailCode(code)?.dead ? "inactive" : null),
  // Mail comes through the Worker's email handler only: a request to /hooks proves nothing.
  verify: () => Promise.resolve(false),
  receive,
  original: ({ body }) => Promise.resolve(originalMail(body)),
});
