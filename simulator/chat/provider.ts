import { z } from "zod";
import type { ChatInbound, InboundResult, WorldConnection, WorldMessage } from "../api";
import type { VisitorMessage, VisitorSession } from "../../worker/contract/widget";
import { type Provider, type Realm, Refused, addressed, json } from "../provider";

const NAME = "chat";
const DEFAULT_VISITOR = "visitor";

const Inbound: z.ZodType<ChatInbound> = z.object({
  visitor: z.string().min(1).max(100).optional(), connectionId: z.string().optional(), text: z.string().min(1), name: z.string().optional(), email: z.string().optional(), page: z.string().optional(),
});

/** A browser that once talked to the chat: its label, and the token it keeps. */
interface Browser { label: string; connectionId: string; token: string }

/**
 * Live chat has no company in between. The page carries the real widget; this is the same visitor without a browser, for
 * scripts. There are no webhooks, hence no weather.
 */
export const chat: Provider = {
  name: NAME,
  hosts: [],
  finalStates: [],
  isSend: () => false,
  answer: () => Promise.resolve(json(404, {})),
  refuse: (status) => json(status, {}),
  receive,
  progress: () => Promise.reject(new Refused("a chat has no callbacks")),
  sign: () => Promise.resolve({}),
  retryDelaysMs: () => [],
  sent,
};

const browsers = (realm: Realm): Browser[] => realm.notes.get<Browser[]>("chat browsers") ?? [];

/** Asks the app as the widget's frame does, which lives on the app's own origin. */
const ask = (realm: Realm, path: string, token: string | null, body?: unknown): Promise<Response> =>
  realm.browse(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", "user-agent": "Mozilla/5.0 (simulator)", ...(token !== null && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

async function open(label: string, connection: WorldConnection, wish: ChatInbound, realm: Realm): Promise<Browser> {
  const known = browsers(realm).find((browser) => browser.label === label && browser.connectionId === connection.connectionId);
  if (known) return known;
  const page = { url: wish.page ?? "https://shop.example.com/", title: "Shop", referrer: "" };
  const response = await ask(realm, `/widget/session?connection=${encodeURIComponent(connection.connectionId)}`, null, { page, locale: "en", timeZone: "UTC" });
  if (!response.ok) throw new Refused(`the widget refused a session: ${response.status} ${await response.text()}`, 502);
  const { token } = await response.json<VisitorSession>();
  const browser = { label, connectionId: connection.connectionId, token };
  realm.notes.put("chat browsers", [...browsers(realm), browser]);
  return browser;
}

async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const wish = Inbound.parse(input);
  const browser = await open(wish.visitor ?? DEFAULT_VISITOR, addressed(NAME, realm, wish.connectionId), wish, realm);
  const preChat = { ...(wish.name !== undefined && { name: wish.name }), ...(wish.email !== undefined && { email: wish.email }) };
  const draft = { clientId: crypto.randomUUID(), text: wish.text, attachments: [], ...(Object.keys(preChat).length > 0 && { preChat }) };
  const response = await ask(realm, "/widget/messages", browser.token, draft);
  if (!response.ok) return { id: draft.clientId, ids: [], delivered: [response.status], delayed: 0, lost: 0 };
  const { message } = await response.json<{ message: VisitorMessage }>();
  return { id: message.id, ids: [message.id, draft.clientId], delivered: [response.status], delayed: 0, lost: 0 };
}

/** What visitors see of us, asked from the app: it keeps what a visitor's browser would have been sent. */
async function sent(realm: Realm): Promise<WorldMessage[]> {
  const pages = await Promise.all(browsers(realm).map(async ({ label, connectionId, token }) => {
    const response = await ask(realm, "/widget/messages", token);
    const { messages } = response.ok ? await response.json<{ messages: VisitorMessage[] }>() : { messages: [] };
    return messages.filter(({ mine }) => !mine).map((message) => toMessage(message, label, connectionId));
  }));
  return pages.flat().toSorted((a, b) => a.at.localeCompare(b.at));
}

const toMessage = ({ id, at, author, text, state, attachments, ...rest }: VisitorMessage, label: string, connectionId: string): WorldMessage => ({
  id, provider: NAME, connectionId, by: "app", at, from: author, to: label, text, state: state ?? "sent", code: null, history: [],
  media: attachments.map(({ name, type, size, url }) => ({ name, type, size, url })), raw: { ...rest },
});
