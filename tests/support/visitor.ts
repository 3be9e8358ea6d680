import { env } from "cloudflare:test";
import { chat } from "../../worker/channels/chat";
import type { VisitorClientFrame, VisitorFrame, VisitorSession } from "../../worker/contract/widget";
import { createConnection } from "../../worker/db/connections";
import { call, newAccount, type TestAccount } from "./account";

export const SHOP = "https://shop.example.com";

/** A widget of a fresh account, or of the given one. */
export async function newWidget(settings: Record<string, unknown> = {}, account?: TestAccount) {
  const owner = account ?? await newAccount();
  const parsed = chat.settings.parse({ origins: [SHOP, "*.example.org"], ...settings });
  const { id } = await createConnection(owner.account, chat.kind, { provider: "chat", name: "Northside Cycles", address: SHOP, settings: {} }, parsed, Date.now());
  return { account: owner, id };
}
export type TestWidget = Awaited<ReturnType<typeof newWidget>>;

let caller = 0;

/** Starts a session as the frame does: from our own origin, each browser from an address of its own. */
export async function startSession(widget: TestWidget, start: object = {}): Promise<VisitorSession> {
  const response = await call(`/widget/session?connection=${widget.id}`, { json: start, headers: { origin: env.PUBLIC_URL, "cf-connecting-ip": `192.0.2.${++caller % 250}` } });
  if (response.status !== 200) throw new Error(await response.text());
  return response.json<VisitorSession>();
}

export const asVisitor = ({ token }: VisitorSession) => ({ authorization: `Bearer ${token}`, origin: env.PUBLIC_URL });

export const say = (session: VisitorSession, text: string, more: object = {}) =>
  call("/widget/messages", { json: { clientId: crypto.randomUUID(), text, ...more }, headers: asVisitor(session) });

export const openVisitorSocket = (token: string, headers: Record<string, string> = {}) =>
  call("/live/visitor?cursor=0", { headers: { upgrade: "websocket", origin: env.PUBLIC_URL, "sec-websocket-protocol": `switchboard.v1, ${token}`, ...headers } });

/** The visitor's socket, with everything that came over it, word for word. */
export async function listen(session: VisitorSession) {
  const response = await openVisitorSocket(session.token);
  const socket = response.webSocket!;
  const wire: string[] = [];
  socket.addEventListener("message", ({ data }) => { wire.push(data as string); });
  socket.accept();
  return {
    response, wire,
    frames: () => wire.map((text) => JSON.parse(text) as VisitorFrame),
    texts: () => wire.flatMap((text) => { const frame = JSON.parse(text) as VisitorFrame; return frame.type === "sync" ? frame.messages.map((message) => message.text) : []; }),
    say: (frame: VisitorClientFrame) => socket.send(JSON.stringify(frame)),
    close: () => socket.close(),
  };
}

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A JSON Web Token as a site's server makes it. */
export async function signedToken(secret: string, claims: object, head: object = { alg: "HS256", typ: "JWT" }): Promise<string> {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const text = `${base64url(utf8(JSON.stringify(head)))}.${base64url(utf8(JSON.stringify(claims)))}`;
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `${text}.${base64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text))))}`;
}
