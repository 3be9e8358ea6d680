import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { env } from "cloudflare:test";
import { channels } from "../../worker/channels/registry";
import { createConnection } from "../../worker/db/connections";
import { call, newAccount, type TestAccount } from "./account";

/** What a provider posts, and the headers that prove it; made here anew from the provider's documents, not with the code under test. */
export interface Posted { body: string; type: string }
export interface Forge {
  settings(n: number): Record<string, unknown>;
  address(n: number): string;
  /** A request about the message with this id of the provider's; `words` and `from` where it carries a customer's message. */
  post(about: { id: string; to: string; from?: string; words?: string }): Posted;
  sign(url: string, posted: Posted, settings: Record<string, unknown>, now: number): Record<string, string>;
  /** The name of the header that proves it. */
  proof: string;
  /** A moment is part of what is signed. */
  timed: boolean;
  /** Writes the proof into the body, where it does not stand in headers. */
  carry?: (posted: Posted, proof: Record<string, string>) => Posted;
  /** Puts any body where the proof covers it, if that is a part of the request only. */
  envelope?: (body: string) => string;
  /** What proves who posts says nothing about what: names and passwords, or a moment alone. */
  coversNoBody?: boolean;
  /** What the provider publishes for proving its signatures. */
  keys?: object;
  /** What it posts are customers' messages; else reports on ours. */
  carriesMessages: boolean;
}

/** Messenger and Instagram speak alike; only the names of their objects and settings differ. */
const metaForge = (object: "page" | "instagram", first: number, settings: (address: string) => Record<string, unknown>): Forge => ({
  settings: (n) => ({ ...settings(String(first + n)), appSecret: `app-secret-of-${n}`, verifyToken: `verify-${n}` }),
  address: (n) => String(first + n),
  post: ({ id, to, from = "5349573198712345", words = "Hello from a customer" }) => {
    const at = Date.now();
    const event = { sender: { id: from }, recipient: { id: to }, timestamp: at, message: { mid: id, text: words } };
    return { type: "application/json", body: JSON.stringify({ object, entry: [{ id: to, time: at, messaging: [event] }] }) };
  },
  sign: (_url, { body }, { appSecret }) => ({ "x-hub-signature-256": `sha256=${createHmac("sha256", appSecret as string).update(body).digest("hex")}` }),
  proof: "x-hub-signature-256", timed: false, carriesMessages: true,
});

const telnyxKeys = new Map<number, { publicKey: string; privateKey: KeyObject }>();
/** A key pair of its own for each connection; the raw public key is the end of its DER form. */
function telnyxKey(n: number): { publicKey: string; privateKey: KeyObject } {
  const known = telnyxKeys.get(n);
  if (known) return known;
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pair = { publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64"), privateKey };
  telnyxKeys.set(n, pair);
  return pair;
}

/** SendGrid makes a key pair for every account and shows the public half. */
const sendGridKeys = new Map<string, string>();
function sendGridKey(): string {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const shown = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  sendGridKeys.set(shown, privateKey.export({ type: "pkcs8", format: "pem" }) as string);
  return shown;
}

/** Google publishes the keys of its tokens; these are of this run. */
const googleKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
const googleKeys = { keys: [{ ...googleKey.publicKey.export({ format: "jwk" }), kid: "key-of-this-run", alg: "RS256", use: "sig" }] };
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
function googleToken(claims: object): string {
  const signed = `${base64url({ alg: "RS256", kid: "key-of-this-run", typ: "JWT" })}.${base64url(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), googleKey.privateKey).toString("base64url")}`;
}

/** One line per provider that calls /hooks. */
export const FORGES: Record<string, Forge> = {
  whatsapp: {
    settings: (n) => ({ phoneNumberId: `1512556${1_000 + n}`, wabaId: `2${1_000 + n}`, accessToken: `token-${n}`, appSecret: `app-secret-of-${n}`, verifyToken: `verify-${n}` }),
    address: (n) => `+1512556${1_000 + n}`,
    post: ({ id, to, from = "+14155550123", words = "Hello from a customer" }) => {
      const message = { from: from.replace("+", ""), id, timestamp: String(Math.floor(Date.now() / 1_000)), type: "text", text: { body: words } };
      const number = to.replace("+", ""); // the number's id too, in these accounts
      const value = { messaging_product: "whatsapp", metadata: { display_phone_number: number, phone_number_id: number }, messages: [message] };
      return { type: "application/json", body: JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "2", changes: [{ field: "messages", value }] }] }) };
    },
    sign: (_url, { body }, { appSecret }) => ({ "x-hub-signature-256": `sha256=${createHmac("sha256", appSecret as string).update(body).digest("hex")}` }),
    proof: "x-hub-signature-256", timed: false, carriesMessages: true,
  },
  messenger: metaForge("page", 682_498_302_000_000, (pageId) => ({ pageId, pageAccessToken: `page-token-${pageId}` })),
  instagram: metaForge("instagram", 178_414_058_000_000, (igUserId) => ({ igUserId, accessToken: `token-${igUserId}`, login: "instagram" })),
  "google-reviews": {
    settings: (n) => ({ accountName: "accounts/111", locationName: `locations/${1_000 + n}`, clientId: "id", clientSecret: "secret", refreshToken: `refresh-${n}`, pushServiceAccount: `push-${n}@example-project.iam.gserviceaccount.com` }),
    address: (n) => `accounts/111/locations/${1_000 + n}`,
    post: ({ id, to }) => ({ type: "application/json", body: JSON.stringify({ message: { data: btoa(JSON.stringify({ type: "GOOGLE_UPDATE", location_name: to })), messageId: id }, subscription: "projects/p/subscriptions/s" }) }),
    sign: (url, _posted, { pushServiceAccount }, now) => {
      const iat = Math.floor(now / 1_000);
      return { authorization: `Bearer ${googleToken({ iss: "https://accounts.google.com", aud: url, email: pushServiceAccount, email_verified: true, iat, exp: iat + 600 })}` };
    },
    keys: googleKeys, proof: "authorization", timed: true, coversNoBody: true, carriesMessages: false,
  },
  "google-rcs": {
    settings: (n) => ({ agentId: `agent_${n}@rbm.goog`, region: "us", serviceAccountKey: JSON.stringify({ client_email: `agent-${n}@example.com`, private_key: "key" }), clientToken: `client-token-of-${n}` }),
    address: (n) => `agent_${n}@rbm.goog`,
    post: ({ id, to, from = "+14155550123", words = "Hello from a customer" }) => {
      const data = Buffer.from(JSON.stringify({ senderPhoneNumber: from, messageId: id, sendTime: new Date().toISOString(), agentId: to, text: words })).toString("base64");
      return { type: "application/json", body: JSON.stringify({ message: { attributes: { type: "message" }, data, messageId: id }, subscription: "projects/p/subscriptions/s" }) };
    },
    envelope: (body) => JSON.stringify({ message: { attributes: { type: "message" }, data: Buffer.from(body || " ").toString("base64"), messageId: "m" }, subscription: "s" }),
    sign: (_url, { body }, { clientToken }) => {
      return { "x-goog-signature": createHmac("sha512", clientToken as string).update(Buffer.from(/"data":"([^"]*)"/.exec(body)?.[1] ?? "", "base64")).digest("base64") };
    },
    // What stands around the signed data is not signed, and not believed either.
    proof: "x-goog-signature", timed: false, coversNoBody: true, carriesMessages: true,
  },
  tiktok: {
    settings: (n) => ({ businessId: `_000business${n}`, clientKey: "7493100000000000000", appSecret: `app-secret-of-${n}`, accessToken: `token-${n}`, refreshToken: `refresh-${n}` }),
    address: (n) => `_000business${n}`,
    post: ({ id, to, from = "customer", words = "Hello from a customer" }) => {
      const at = Date.now();
      const content = { from, to: "shop", conversation_id: `${from}+talk==`, message_id: id, timestamp: at, type: "text", text: { body: words }, from_user: { id: from, role: "personal_account" }, to_user: { id: "shop", role: "business_account" } };
      return { type: "application/json", body: JSON.stringify({ client_key: "7493100000000000000", event: "im_receive_msg", create_time: Math.floor(at / 1_000), user_openid: to, content: JSON.stringify(content) }) };
    },
    sign: (_url, { body }, { appSecret }, now) => {
      const timestamp = Math.floor(now / 1_000);
      return { "tiktok-signature": `t=${timestamp},s=${createHmac("sha256", appSecret as string).update(`${timestamp}.${body}`).digest("hex")}` };
    },
    proof: "tiktok-signature", timed: true, carriesMessages: true,
  },
  postmark: {
    settings: (n) => ({ serverToken: `token-${n}`, basicUser: "postmark", basicPassword: `password-of-${n}` }),
    address: (n) => `help@post${n}.example`,
    post: ({ id, to, from = "customer@example.com", words = "Hello from a customer" }) => ({
      type: "application/json",
      body: JSON.stringify({ MessageID: id, From: from, FromFull: { Email: from, Name: "" }, ToFull: [{ Email: to, Name: "" }], OriginalRecipient: to, Subject: "Hello", TextBody: words, HtmlBody: "", Headers: [{ Name: "Message-ID", Value: `<${id}@example.com>` }], Attachments: [] }),
    }),
    sign: (_url, _posted, { basicUser, basicPassword }) => ({ authorization: `Basic ${btoa(`${basicUser as string}:${basicPassword as string}`)}` }),
    proof: "authorization", timed: false, coversNoBody: true, carriesMessages: true,
  },
  mailgun: {
    settings: (n) => ({ apiKey: `key-${n}`, signingKey: `signing-key-of-${n}`, domain: `gun${n}.example`, region: "us" }),
    address: (n) => `help@gun${n}.example`,
    post: ({ id, to, from = "customer@example.com", words = "Hello from a customer" }) => ({
      type: "application/x-www-form-urlencoded",
      body: new URLSearchParams({ recipient: to, sender: from, from, subject: "Hello", "body-plain": words, "message-headers": JSON.stringify([["Message-Id", `<${id}@example.com>`], ["To", to]]) }).toString(),
    }),
    sign: (_url, _posted, { signingKey }, now) => {
      const [timestamp, token] = [String(Math.floor(now / 1_000)), crypto.randomUUID()];
      return { timestamp, token, signature: createHmac("sha256", signingKey as string).update(timestamp + token).digest("hex") };
    },
    carry: ({ body, type }, proof) => {
      const signature = Object.fromEntries(["timestamp", "token", "signature"].flatMap((name) => (proof[name] === undefined ? [] : [[name, proof[name]]])));
      // Events are objects with the proof among them; everything else can only be a form.
      if (type === "application/json" && body.startsWith('{"')) return { type, body: `{"signature":${JSON.stringify(signature)},${body.slice(1)}` };
      return { type: "application/x-www-form-urlencoded", body: `${new URLSearchParams(signature).toString()}&${body}` };
    },
    proof: "signature", timed: true, coversNoBody: true, carriesMessages: true,
  },
  telnyx: {
    settings: (n) => ({ apiKey: `KEY${n}`, publicKey: telnyxKey(n).publicKey }),
    address: (n) => `+1512557${1_000 + n}`,
    post: ({ id, to, from = "+14155550123", words = "Hello from a customer" }) => {
      const payload = { id, direction: "inbound", type: "SMS", from: { phone_number: from }, to: [{ phone_number: to, status: "webhook_delivered" }], cc: [], text: words, media: [], received_at: new Date().toISOString() };
      return { type: "application/json", body: JSON.stringify({ data: { event_type: "message.received", id: crypto.randomUUID(), occurred_at: new Date().toISOString(), payload, record_type: "event" }, meta: { attempt: 1 } }) };
    },
    sign: (_url, { body }, { publicKey }, now) => {
      const timestamp = String(Math.floor(now / 1_000));
      const pair = [...telnyxKeys.values()].find((one) => one.publicKey === publicKey) ?? telnyxKey(-1);
      return { "telnyx-timestamp": timestamp, "telnyx-signature-ed25519": sign(null, Buffer.from(`${timestamp}|${body}`), pair.privateKey).toString("base64") };
    },
    proof: "telnyx-signature-ed25519", timed: true, carriesMessages: true,
  },
  twilio: {
    settings: (n) => ({ accountSid: `AC${n}`, authToken: `token-of-${n}` }),
    address: (n) => `+1512555${String(1_000 + n)}`,
    post: ({ id, to, from = "+14155550123", words = "Hello" }) => ({ type: "application/x-www-form-urlencoded; charset=UTF-8", body: new URLSearchParams({ MessageSid: id, From: from, To: to, Body: words }).toString() }),
    sign: (url, { body }, { authToken }) => {
      const params = [...new URLSearchParams(body)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => key + value).join("");
      return { "x-twilio-signature": createHmac("sha1", authToken as string).update(url + params).digest("base64") };
    },
    proof: "x-twilio-signature", timed: false, carriesMessages: true,
  },
  resend: {
    settings: (n) => ({ apiKey: `re_key${n}`, webhookSecret: `whsec_${btoa(`secret of account ${n}`)}`, domain: `shop${n}.example` }),
    address: (n) => `help@shop${n}.example`,
    post: ({ id, to }) => ({ type: "application/json", body: JSON.stringify({ type: "email.delivered", created_at: new Date().toISOString(), data: { email_id: id, from: to, to: ["customer@example.com"], subject: "Hello" } }) }),
    sign: (_url, { body }, { webhookSecret }, now) => {
      const [id, timestamp] = [`msg_${crypto.randomUUID()}`, String(Math.floor(now / 1_000))];
      const key = Buffer.from((webhookSecret as string).slice("whsec_".length), "base64");
      return { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}` };
    },
    proof: "svix-signature", timed: true, carriesMessages: false,
  },
  sendgrid: {
    settings: (n) => ({ apiKey: `SG.key${n}`, eventPublicKey: sendGridKey(), parseToken: `parse-token-of-${n}` }),
    address: (n) => `help@parse${n}.example`,
    post: ({ id }) => ({ type: "application/json", body: `${JSON.stringify([{ event: "delivered", email: "customer@example.com", timestamp: Math.floor(Date.now() / 1_000), sg_event_id: id, sg_message_id: `${id}.filter0001` }])}\r\n` }),
    sign: (_url, { body }, { eventPublicKey }, now) => {
      const timestamp = String(Math.floor(now / 1_000));
      const signature = sign("sha256", Buffer.from(timestamp + body), { key: sendGridKeys.get(eventPublicKey as string)!, dsaEncoding: "der" });
      return { "x-twilio-email-event-webhook-timestamp": timestamp, "x-twilio-email-event-webhook-signature": signature.toString("base64") };
    },
    proof: "x-twilio-email-event-webhook-signature", timed: true, carriesMessages: false,
  },
};

/** Providers whose webhooks we believe when they are signed. */
export const signing = Object.entries(FORGES).map(([provider, forge]) => ({ provider, forge }));

let count = 0;
/** A connection with secrets of its own, and a way to post to it. `own` overrides its settings. */
export async function newHook(provider: string, { account, own = {}, address }: { account?: TestAccount; own?: Record<string, unknown>; address?: string } = {}) {
  const forge = FORGES[provider]!;
  const channel = channels[provider]!;
  const nth = ++count;
  const owner = account ?? await newAccount();
  const settings = { ...forge.settings(nth), ...own };
  const { id } = await createConnection(owner.account, channel.kind, { provider, name: provider, address: address ?? forge.address(nth), settings: {} }, channel.settings.parse(settings), Date.now());
  const path = `/hooks/${provider}/${id}`;
  const ours = address ?? forge.address(nth);
  if (forge.keys) {
    // Published keys are fetched once and then remembered.
    const [posted, url, now] = [forge.post({ id: "first", to: ours }), `${env.PUBLIC_URL}${path}`, Date.now()];
    const connection = { id, accountId: owner.account.id, address: ours, settings: channel.settings.parse(settings) as never, ownAddresses: [], country: "US" };
    await channel.verify({ method: "POST", url, headers: forge.sign(url, posted, settings, now), body: new TextEncoder().encode(posted.body), receivedAt: now }, connection, now, { now: () => now, fetch: async () => Response.json(forge.keys) });
  }
  return {
    owner, account: owner.account, id, path, settings, forge, address: ours,
    signed: (posted: Posted, at = Date.now(), query = "") => forge.sign(`${env.PUBLIC_URL}${path}${query}`, posted, settings, at),
    post: (posted: Posted, headers: Record<string, string>, query = "") => {
      const { body, type } = forge.carry?.(posted, headers) ?? posted;
      return call(`${path}${query}`, { method: "POST", body, headers: { "content-type": type, ...headers } });
    },
  };
}
export type TestHook = Awaited<ReturnType<typeof newHook>>;

/** How much an account holds: rows and files that an inbound message makes before it is answered. */
export async function held({ id, db, bucket }: TestAccount["account"]): Promise<Record<string, number>> {
  const tables = ["contact", "identity", "consent"];
  const counted = await Promise.all(tables.map((table) => db.prepare(`SELECT count(*) AS n FROM ${table} WHERE account_id = ?`).bind(id).first<{ n: number }>()));
  const files = await bucket.list({ prefix: `a/${id}/` });
  return { ...Object.fromEntries(tables.map((table, index) => [table, counted[index]!.n])), files: files.objects.length };
}

/** The words of every customer's message in an account, from the conversations themselves. */
export async function wordsIn(owner: TestAccount): Promise<string[]> {
  const { results } = await owner.account.db.prepare("SELECT DISTINCT conversation_id AS id FROM contact WHERE account_id = ? AND conversation_id IS NOT NULL").bind(owner.account.id).all<{ id: string }>();
  const pages = await Promise.all(results.map(async ({ id }) => (await owner.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items?: { text: string; direction: string }[] }>()));
  return pages.flatMap(({ items = [] }) => items.filter(({ direction }) => direction === "in").map(({ text }) => text)).sort();
}
