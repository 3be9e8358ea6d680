import type { FailureClass } from "../contract/entry";
import { type Connect, type Connected, type Security, within } from "../platform/sockets";
import { toBase64 } from "../platform/vault";
import { type Bytes, gathered, joinedOf } from "./streamed";

const MAX_REPLY = 64 * 1024; // characters of one reply; honest servers say a few lines
const WRITE_BYTES = 64 * 1024; // one record of TLS has 16 kB; smaller writes are a call each
const DOT = 46, LF = 10, CR = 13;

export interface SmtpServer { host: string; port: number; security: Security; user: string; password: string }
/** `raw` has CRLF line ends. */
export interface SmtpMail { from: string; to: readonly string[]; raw: Bytes }
export type SmtpResult = { ok: true; reply: string } | { ok: false; class: FailureClass; code: string; detail: string };

/** What the server said: its code, its enhanced code (RFC 3463) if it gave one, and its words. */
interface Reply { code: number; enhanced: string; lines: string[] }

/** Surely not sent, and why. */
class Refusal extends Error {
  constructor(readonly failure: FailureClass, readonly code: string, detail: string) { super(detail); }
}

const encoder = new TextEncoder();

/** One conversation with a mail server over one connection, line by line. */
class Dialogue {
  private reader: ReadableStreamDefaultReader<Uint8Array>;
  private writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly decoder = new TextDecoder();
  private heard = "";

  constructor(private socket: Connected) {
    this.reader = socket.readable.getReader();
    this.writer = socket.writable.getWriter();
  }

  write = (bytes: Uint8Array): Promise<void> => this.writer.write(bytes);

  async ask(line: string): Promise<Reply> {
    await this.write(encoder.encode(`${line}\r\n`));
    return this.reply();
  }

  async reply(): Promise<Reply> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      const match = /^(\d{3})([ -]?)(.*)$/.exec(line);
      if (!match) throw new Error("the mail server does not speak SMTP");
      lines.push(match[3]!);
      if (match[2] === "-") continue;
      const enhanced = /^([245]\.\d{1,3}\.\d{1,3})\b/.exec(lines[0]!)?.[1] ?? "";
      return { code: Number(match[1]), enhanced, lines };
    }
  }

  /** The same connection, from here on encrypted. Whatever was said before it must not count. */
  secure(): void {
    this.reader.releaseLock();
    this.writer.releaseLock();
    this.socket = this.socket.startTls();
    this.reader = this.socket.readable.getReader();
    this.writer = this.socket.writable.getWriter();
    this.heard = "";
  }

  private async line(): Promise<string> {
    for (;;) {
      const end = this.heard.indexOf("\n");
      if (end >= 0) {
        const line = this.heard.slice(0, end).replace(/\r$/, "");
        this.heard = this.heard.slice(end + 1);
        return line;
      }
      const { done, value } = await this.reader.read();
      if (done) throw new Error("the mail server hung up");
      this.heard += this.decoder.decode(value, { stream: true });
      if (this.heard.length > MAX_REPLY) throw new Error("the mail server never ends its line");
    }
  }
}

const wordsOf = ({ code, lines }: Reply): string => `${code} ${lines.join(" ")}`;

function refusalOf(reply: Reply, about = ""): Refusal {
  const failure: FailureClass = reply.code === 421 || reply.code < 500 ? "temporary" : "permanent";
  return new Refusal(failure, reply.enhanced || `smtp_${reply.code}`, `${wordsOf(reply)}${about}`);
}

/** A line that begins with a dot gets a second one; a lone dot ends the mail (RFC 5321, 4.5.2). */
export class DotStuffing {
  /** The last two bytes so far; a mail begins like a line. */
  private last: readonly [number, number] = [CR, LF];

  push(chunk: Uint8Array): Uint8Array {
    const isDot = (at: number): boolean => chunk[at] === DOT && (at === 0 ? this.last[1] : chunk[at - 1]) === LF;
    const dots: number[] = [];
    for (let at = chunk.indexOf(DOT); at >= 0; at = chunk.indexOf(DOT, at + 1)) if (isDot(at)) dots.push(at);
    if (chunk.length > 0) this.last = [chunk.length > 1 ? chunk[chunk.length - 2]! : this.last[1], chunk[chunk.length - 1]!];
    if (dots.length === 0) return chunk;
    const out = new Uint8Array(chunk.length + dots.length);
    let write = 0, from = 0;
    for (const at of dots) {
      out.set(chunk.subarray(from, at), write);
      write += at - from;
      out[write++] = DOT;
      from = at;
    }
    out.set(chunk.subarray(from), write);
    return out;
  }

  /** What ends the mail. */
  end(): Uint8Array {
    return encoder.encode(this.last[0] === CR && this.last[1] === LF ? ".\r\n" : "\r\n.\r\n");
  }
}

/** Opens a session and signs in; `skills` is what the server says it can do. */
async function signIn(server: SmtpServer, name: string, socket: Connected): Promise<{ dialogue: Dialogue; skills: Map<string, string> }> {
  await socket.opened;
  const dialogue = new Dialogue(socket);
  const greeting = await dialogue.reply();
  if (greeting.code !== 220) throw refusalOf(greeting);
  let skills = await hello(dialogue, name);
  if (server.security === "starttls") {
    if (!skills.has("STARTTLS")) throw new Refusal("config", "no_starttls", "the server offers no STARTTLS");
    const ready = await dialogue.ask("STARTTLS");
    if (ready.code !== 220) throw refusalOf(ready);
    dialogue.secure();
    skills = await hello(dialogue, name);
  }
  const ways = (skills.get("AUTH") ?? "").toUpperCase().split(" ");
  if (ways.includes("PLAIN")) await prove(await dialogue.ask(`AUTH PLAIN ${base64(`\u0000${server.user}\u0000${server.password}`)}`));
  else if (ways.includes("LOGIN")) await login(dialogue, server);
  else throw new Refusal("config", "no_auth", `the server offers ${skills.get("AUTH") || "no sign-in"}`);
  return { dialogue, skills };
}

const base64 = (text: string): string => toBase64(encoder.encode(text));

async function login(dialogue: Dialogue, { user, password }: SmtpServer): Promise<void> {
  const asksName = await dialogue.ask("AUTH LOGIN");
  if (asksName.code !== 334) return prove(asksName);
  const asksPassword = await dialogue.ask(base64(user));
  return prove(asksPassword.code === 334 ? await dialogue.ask(base64(password)) : asksPassword);
}

function prove(reply: Reply): void {
  if (reply.code === 235) return;
  // 454 and 421 mean that it cannot tell now; every other refusal is about the name and password.
  if (reply.code < 500) throw refusalOf(reply);
  throw new Refusal("auth", reply.enhanced && reply.enhanced !== "5.7.8" ? `auth_${reply.code}` : "bad_password", wordsOf(reply));
}

async function hello(dialogue: Dialogue, name: string): Promise<Map<string, string>> {
  const reply = await dialogue.ask(`EHLO ${name}`);
  if (reply.code !== 250) throw refusalOf(reply);
  return new Map(reply.lines.slice(1).map((line) => { const [word = "", ...rest] = line.split(/[ =]/); return [word.toUpperCase(), rest.join(" ")]; }));
}

/** Everything up to the last moment at which nothing has been sent. */
async function announce(dialogue: Dialogue, { from, to, raw }: SmtpMail, skills: Map<string, string>): Promise<void> {
  const limit = Number(skills.get("SIZE") ?? 0);
  if (limit > 0 && raw.size > limit) throw new Refusal("permanent", "5.3.4", `the server takes ${limit} bytes`);
  const sender = await dialogue.ask(`MAIL FROM:<${from}>${skills.has("SIZE") ? ` SIZE=${raw.size}` : ""}`);
  if (sender.code !== 250) throw refusalOf(sender);
  for (const recipient of to) {
    const reply = await dialogue.ask(`RCPT TO:<${recipient}>`);
    // All or nobody: half a send could not be told from a whole one.
    if (reply.code === 250 || reply.code === 251) continue;
    const refusal = refusalOf(reply, ` (${recipient})`);
    // What is wrong with one of several addresses says nothing of the others.
    throw to.length === 1 || refusal.failure !== "permanent" ? refusal : new Refusal("permanent", "recipient_refused", refusal.message);
  }
  const data = await dialogue.ask("DATA");
  if (data.code !== 354) throw refusalOf(data);
}

/** Whether the server lets us in: null, or the failure. */
export async function checkSmtp(server: SmtpServer, name: string, connect: Connect, timeoutMs: number): Promise<(SmtpResult & { ok: false }) | null> {
  const result = await converse(server, name, connect, timeoutMs, () => Promise.resolve(""));
  return result.ok ? null : result;
}

/**
 * Sends one mail, as it is made. What fails before its end was offered is surely not sent: a server keeps no half a mail; once that was, only the server's answer
 * tells, and a connection that breaks first throws: the outcome is unknown. RFC 5321. `name` is how we introduce ourselves.
 */
export async function sendSmtp(server: SmtpServer, mail: SmtpMail, name: string, connect: Connect, timeoutMs: number): Promise<SmtpResult> {
  return converse(server, name, connect, timeoutMs, async ({ dialogue, skills }, offered) => {
    await announce(dialogue, mail, skills);
    const line = new DotStuffing();
    let held: Uint8Array = new Uint8Array(0);
    for await (const chunk of gathered(mail.raw, WRITE_BYTES)) {
      if (held.byteLength > 0) await dialogue.write(held);
      held = line.push(chunk);
    }
    offered();
    await dialogue.write(joinedOf([held, line.end()]));
    const taken = await dialogue.reply();
    if (taken.code !== 250) throw refusalOf(taken);
    return wordsOf(taken);
  });
}

async function converse(server: SmtpServer, name: string, connect: Connect, timeoutMs: number, act: (session: Awaited<ReturnType<typeof signIn>>, offered: () => void) => Promise<string>): Promise<SmtpResult> {
  let socket: Connected | null = null, mayBeSent = false;
  try {
    socket = connect({ hostname: server.host, port: server.port }, server.security);
    const work = (async () => {
      const session = await signIn(server, name, socket!);
      const reply = await act(session, () => { mayBeSent = true; });
      // The mail is taken: a server that does not answer our farewell must not make us doubt it.
      void session.dialogue.write(encoder.encode("QUIT\r\n")).catch(() => null);
      return reply;
    })();
    return { ok: true, reply: await within(timeoutMs, work, "the mail server did not answer in time") };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, class: error.failure, code: error.code, detail: error.message };
    if (mayBeSent) throw error;
    return { ok: false, class: "temporary", code: "unreachable", detail: error instanceof Error ? error.message : String(error) };
  } finally {
    void socket?.close().catch(() => null);
  }
}
