/** A mail server for submission (RFC 6409), as far as senders can tell. It speaks over whatever carries bytes. */
const MAX_MAIL = 25 * 1024 * 1024;
const MAX_RECIPIENTS = 100;
const encoder = new TextEncoder();

export interface Line { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> }

/** What it knows of its users and does with their mail. Answers are reply lines; null lets it pass, a hang-up breaks the line. */
export interface House {
  name: string;
  isMember(user: string, password: string): Promise<boolean> | boolean;
  checkSender(user: string, from: string): string | null;
  checkRecipient(to: string): string | null;
  take(mail: { user: string; from: string; to: string[]; raw: Uint8Array<ArrayBuffer> }): Promise<{ reply: string } | "hang-up">;
}

/** Bytes as lines and as mails. */
class Ear {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private heard = new Uint8Array();

  constructor(readable: ReadableStream<Uint8Array>) { this.reader = readable.getReader(); }

  /** Everything up to and including `end`; null when the other side hung up or talks without end. */
  async until(end: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const wanted = encoder.encode(end);
    let all = this.heard, searched = 0;
    for (;;) {
      for (let at = all.indexOf(wanted[0]!, searched); at >= 0; at = all.indexOf(wanted[0]!, at + 1)) {
        if (!wanted.every((byte, index) => all[at + index] === byte)) continue;
        this.heard = all.slice(at + wanted.length);
        return all.slice(0, at + wanted.length);
      }
      if (all.length > MAX_MAIL * 1.1) return null;
      searched = Math.max(0, all.length - wanted.length);
      const { done, value } = await this.reader.read();
      if (done) return null;
      const joined = new Uint8Array(all.length + value.length);
      joined.set(all);
      joined.set(value, all.length);
      all = joined;
    }
  }

  async line(): Promise<string | null> {
    const line = await this.until("\r\n");
    return line && new TextDecoder().decode(line).slice(0, -2);
  }
}

/** Takes the dots away that keep a line from ending the mail. */
function unstuffed(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept: number[] = [];
  for (const [at, byte] of raw.entries()) if (!(byte === 46 && (at === 0 || raw[at - 1] === 10))) kept.push(byte);
  return Uint8Array.from(kept);
}

const plainOf = (base64: string): string => {
  try { return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))); } catch { return ""; }
};

/** Serves one connection until either side ends it. */
export async function serveSmtp({ readable, writable }: Line, house: House): Promise<void> {
  const ear = new Ear(readable);
  const writer = writable.getWriter();
  const say = (text: string): Promise<void> => writer.write(encoder.encode(`${text}\r\n`));
  let user: string | null = null, from: string | null = null, to: string[] = [];
  const prove = async (name: string, password: string): Promise<void> => {
    if (await house.isMember(name, password)) user = name;
    await say(user === null ? "535 5.7.8 Error: authentication failed" : "235 2.7.0 Authentication successful");
  };
  await say(`220 ${house.name} ESMTP`);
  for (let line = await ear.line(); line !== null; line = await ear.line()) {
    const [verb = "", ...rest] = line.split(" ");
    const path = /<([^<>]*)>/.exec(line)?.[1] ?? "";
    switch (verb.toUpperCase()) {
      case "EHLO": await say(`250-${house.name}\r\n250-SIZE ${MAX_MAIL}\r\n250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME`); break;
      case "HELO": await say(`250 ${house.name}`); break;
      case "AUTH": {
        if (rest[0]?.toUpperCase() === "PLAIN" && rest[1]) { const [, name = "", password = ""] = plainOf(rest[1]).split("\0"); await prove(name, password); break; }
        if (rest[0]?.toUpperCase() !== "LOGIN") { await say("504 5.5.4 Unrecognized authentication type"); break; }
        await say("334 VXNlcm5hbWU6");
        const name = plainOf(await ear.line() ?? "");
        await say("334 UGFzc3dvcmQ6");
        await prove(name, plainOf(await ear.line() ?? ""));
        break;
      }
      case "MAIL": {
        const refusal = user === null ? "530 5.7.0 Authentication required" : house.checkSender(user, path);
        if (refusal === null) [from, to] = [path, []];
        await say(refusal ?? "250 2.1.0 Ok");
        break;
      }
      case "RCPT": {
        const refusal = from === null ? "503 5.5.1 Error: need MAIL command" : to.length >= MAX_RECIPIENTS ? "452 4.5.3 Too many recipients" : house.checkRecipient(path);
        if (refusal === null) to.push(path);
        await say(refusal ?? "250 2.1.5 Ok");
        break;
      }
      case "DATA": {
        if (user === null || from === null || to.length === 0) { await say("503 5.5.1 Error: need RCPT command"); break; }
        await say("354 End data with <CR><LF>.<CR><LF>");
        const whole = await ear.until("\r\n.\r\n");
        if (!whole) return writer.abort("no end of mail").catch(() => undefined);
        const answer = await house.take({ user, from, to, raw: unstuffed(whole.subarray(0, -3)) });
        if (answer === "hang-up") return writer.close().catch(() => undefined);
        [from, to] = [null, []];
        await say(answer.reply);
        break;
      }
      case "RSET": [from, to] = [null, []]; await say("250 2.0.0 Ok"); break;
      case "NOOP": await say("250 2.0.0 Ok"); break;
      case "QUIT": await say("221 2.0.0 Bye"); return writer.close().catch(() => undefined);
      default: await say("500 5.5.2 Error: command not recognized");
    }
  }
  await writer.close().catch(() => undefined);
}
