import { z } from "zod";
import type { WorldMessage } from "../api";
import { domainOf } from "../mail/address";
import { concerned, FINAL_STATES, mailPlan } from "../mail/fates";
import { receiveMail } from "../mail/inbound";
import { readMail } from "../mail/read";
import { type Answer, type Call, type Progress, type Provider, type Realm, Refused, secretOf, text } from "../provider";

const NAME = "smtp";
/** Where the line that the app opened brings its mail inside the pretend world. */
export const SMTP_HOST = "smtp.northside.example";

const SignIn = z.object({ user: z.string(), password: z.string() });
const Envelope = z.object({ user: z.string(), from: z.string(), to: z.array(z.string()) });

/** A mail server that takes what the app wants to send. What becomes of it comes back as mail, as with every such server. */
export const smtp: Provider = {
  name: NAME,
  hosts: [SMTP_HOST],
  finalStates: FINAL_STATES,
  isSend: ({ url }) => url.pathname === "/mail",
  answer: (call, realm) => (call.url.pathname === "/mail" ? take(call, realm) : Promise.resolve(signIn(call, realm))),
  refuse: (status) => reply(status >= 500 ? "451 4.3.0 Temporary system problem" : status === 429 ? "450 4.7.1 Too many messages" : "554 5.7.1 The message was refused"),
  receive: () => Promise.reject(new Refused("SMTP only sends; mail comes in through cloudflare-email")),
  progress,
  sign: () => Promise.resolve({}),
  retryDelaysMs: () => [],
};

const reply = (body: string): Answer => ({ status: 200, headers: { "content-type": "text/plain" }, body });

function signIn({ body }: Call, realm: Realm): Answer {
  const { user, password } = SignIn.parse(JSON.parse(text(body)));
  const isKnown = realm.connections().some((connection) => connection.provider === NAME && secretOf(connection, "user") === user && secretOf(connection, "password") === password);
  return reply(isKnown ? "235 2.7.0 Authentication successful" : "535 5.7.8 Error: authentication failed");
}

async function take({ headers, body }: Call, realm: Realm): Promise<Answer> {
  const { user, from, to } = Envelope.parse(JSON.parse(headers.get("x-envelope") ?? "null"));
  const connection = realm.connections().find((one) => one.provider === NAME && secretOf(one, "user") === user);
  if (!connection || domainOf(connection.address) !== domainOf(from)) return reply("553 5.7.1 Sender address rejected: not owned by user");
  const id = crypto.randomUUID();
  const at = new Date(realm.now()).toISOString();
  const read = await readMail(body, to, realm);
  realm.accept({ ...read, from, id, provider: NAME, connectionId: connection.connectionId, by: "app", at, state: "sent", code: null, history: [{ state: "sent", code: null, at, answered: null }], raw: { user, from, to, bytes: body.length } }, mailPlan(to));
  return reply(`250 2.0.0 Ok: queued as ${id.slice(0, 8).toUpperCase()}`);
}

/** A bounce is a mail to the sender; it is brought by whoever serves their address. */
async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  if (step.state === "bounced" || step.state === "suppressed")
    for (const from of concerned(message, step.state)) await receiveMail({ from, inReplyTo: message.id, auto: "bounce" }, "cloudflare-email", realm).catch(() => undefined);
  return { ...step, delivery: null };
}
