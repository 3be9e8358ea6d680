import { describe, expect, it } from "vitest";
import { type House, serveSmtp } from "../../simulator/smtp/server";
import type { ChannelConnection, ChannelIo, OutboundMessage } from "../../worker/channels/channel";
import { smtp } from "../../worker/channels/email-smtp";
import { parseMail } from "../../worker/channels/mime";
import { DotStuffing, sendSmtp } from "../../worker/channels/smtp-session";
import { joined } from "../../worker/channels/streamed";
import type { Connect, Connected } from "../../worker/platform/sockets";
import { fileOf, letter, NOW } from "../support/mail-channel";

const SETTINGS = { host: "smtp.acme.example", port: 587, security: "none" as "none" | "tls" | "starttls", user: "support@acme.example", password: "pässword" };
const connection: ChannelConnection<typeof SETTINGS> = { id: "cn_1", accountId: "a_1", address: "support@acme.example", settings: SETTINGS, ownAddresses: [], country: "US" };

interface Taken { user: string; from: string; to: string[]; raw: Uint8Array }

/** A server at the other end of the line, and what was asked of the platform to get there. */
function lineTo(serve: (far: { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> }) => Promise<unknown>) {
  const asked: unknown[] = [];
  let closed = 0;
  const connect: Connect = (address, security) => {
    asked.push({ ...address, security });
    const [up, down] = [new TransformStream<Uint8Array, Uint8Array>(), new TransformStream<Uint8Array, Uint8Array>()];
    void serve({ readable: up.readable, writable: down.writable }).catch(() => undefined);
    const socket: Connected = { opened: Promise.resolve(), readable: down.readable, writable: up.writable, close: () => { closed++; return Promise.resolve(); }, startTls: () => { asked.push("startTls"); return socket; } };
    return socket;
  };
  const io: ChannelIo = { now: () => NOW, fetch: () => Promise.reject(new Error("no HTTP here")), connect };
  return { io, asked, closed: () => closed };
}

function house(change: Partial<House> = {}) {
  const taken: Taken[] = [];
  const server: House = {
    name: "mail.acme.example", isMember: (user, password) => user === SETTINGS.user && password === SETTINGS.password, checkSender: () => null, checkRecipient: () => null,
    take: (mail) => { taken.push(mail); return Promise.resolve({ reply: "250 2.0.0 Ok: queued as 4F1" }); }, ...change,
  };
  return { taken, ...lineTo((far) => serveSmtp(far, server)) };
}

/** A server that answers line by line from a script, whatever it hears; `null` hangs up. */
function scripted(replies: (string | null)[]) {
  const heard: string[] = [];
  return { heard, ...lineTo(async ({ readable, writable }) => {
    const [reader, writer, encoder] = [readable.getReader(), writable.getWriter(), new TextEncoder()];
    for (const reply of replies) {
      if (reply === null) return writer.close();
      await writer.write(encoder.encode(reply));
      const { done, value } = await reader.read();
      if (done) return undefined;
      heard.push(new TextDecoder().decode(value));
    }
    return undefined;
  }) };
}

const send = (io: ChannelIo, message: OutboundMessage = letter(), settings: Partial<typeof SETTINGS> = {}) => smtp.send!(message, { ...connection, settings: { ...SETTINGS, ...settings } }, io);

describe("a mail", () => {
  it("reaches the server whole, for everybody it is meant for", async () => {
    const { io, taken, asked, closed } = house();
    const message = letter({ cc: [{ name: "C", address: "c@bücher.example" }], bcc: [{ name: "", address: "b@example.com" }], to: [{ name: "", address: "jane@example.com" }, { name: "", address: "b@example.com" }] }, { text: ".\n..two\n.", media: [fileOf("a.bin", "application/x-a", Uint8Array.from({ length: 50_000 }, (_, n) => n % 256))] });
    expect(await send(io, message)).toEqual({ ok: true, externalId: "msg_01J@acme.example", messageId: "msg_01J@acme.example" });
    expect(taken).toMatchObject([{ user: SETTINGS.user, from: "support@acme.example", to: ["jane@example.com", "b@example.com", "c@xn--bcher-kva.example"] }]);
    expect(await parseMail(taken[0]!.raw)).toMatchObject({ text: ".\n..two\n.\n", messageId: "msg_01J@acme.example", bcc: [], files: [{ name: "a.bin", bytes: Uint8Array.from({ length: 50_000 }, (_, n) => n % 256) }] });
    expect([asked, closed()]).toEqual([[{ hostname: "smtp.acme.example", port: 587, security: "none" }], 1]);
  });

  it.each(["tls", "none"] as const)("is sent over a connection with security %s", async (security) => {
    const { io, asked } = house();
    expect(await send(io, letter(), { security })).toMatchObject({ ok: true });
    expect(asked).toEqual([{ hostname: "smtp.acme.example", port: 587, security }]);
  });

  it("with STARTTLS says its name and password only after the line is encrypted", async () => {
    const { io, heard, asked } = scripted(["220 hi\r\n", "250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "220 go\r\n250 injected before\r\n", "250-hi\r\n250 AUTH=LOGIN PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"]);
    expect(await send(io, letter(), { security: "starttls" })).toMatchObject({ ok: true });
    expect(heard.slice(0, 4).map((line) => line.split(" ")[0]!.trim())).toEqual(["EHLO", "STARTTLS", "EHLO", "AUTH"]);
    expect(asked.at(-1)).toBe("startTls");
  });

  it("signs in by LOGIN where there is nothing else", async () => {
    const login = scripted(["220-hi\r\n220 there\r\n", "250-x\r\n250 AUTH LOGIN XOAUTH2\r\n", "334 VXNl\r\n", "334 UGFz\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"]);
    expect(await send(login.io)).toMatchObject({ ok: true });
    expect(login.heard.slice(1, 4)).toEqual(["AUTH LOGIN\r\n", `${btoa(SETTINGS.user)}\r\n`, "cMOkc3N3b3Jk\r\n"]);
  });
});

const REFUSALS: [string, Parameters<typeof scripted>[0], Partial<typeof SETTINGS>, Record<string, unknown>][] = [
  ["a busy server", ["421 4.3.2 later\r\n"], {}, { class: "temporary", code: "4.3.2" }],
  ["a server that turns us away", ["554 5.7.1 blocked\r\n"], {}, { class: "permanent", code: "5.7.1" }],
  ["no STARTTLS", ["220 hi\r\n", "250 AUTH PLAIN\r\n"], { security: "starttls" }, { class: "config", code: "no_starttls" }],
  ["no sign-in", ["220 hi\r\n", "250 SIZE\r\n"], {}, { class: "config", code: "no_auth" }],
  ["a wrong password", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "535 5.7.8 no\r\n"], {}, { class: "auth", code: "bad_password" }],
  ["an account that may not", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "534 5.7.9 use an app password\r\n"], {}, { class: "auth", code: "auth_534" }],
  ["a sign-in that cannot be judged now", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "454 4.7.0 later\r\n"], {}, { class: "temporary", code: "4.7.0" }],
  ["a sender that is not ours", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "553 5.7.1 not yours\r\n"], {}, { class: "permanent", code: "5.7.1" }],
  ["a mail that is too large", ["220 hi\r\n", "250-x\r\n250-SIZE 100\r\n250 AUTH PLAIN\r\n", "235 ok\r\n"], {}, { class: "permanent", code: "5.3.4" }],
  ["an unknown recipient", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "550 5.1.1 nobody\r\n"], {}, { class: "permanent", code: "5.1.1", detail: "550 5.1.1 nobody (jane@example.com)" }],
  ["greylisting", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "450 wait\r\n"], {}, { class: "temporary", code: "smtp_450" }],
  ["a refusal of the words", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "554 5.7.1 spam\r\n"], {}, { class: "permanent", code: "5.7.1" }],
  ["a line that breaks at once", [null], {}, { class: "temporary", code: "unreachable" }],
  ["a line that breaks before the mail", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", null], {}, { class: "temporary", code: "unreachable" }],
  ["a web server", ["HTTP/1.1 400 Bad Request\r\n"], {}, { class: "temporary", code: "unreachable" }],
  ["a server that talks without end", ["220-".padEnd(70_000, "x")], {}, { class: "temporary", code: "unreachable" }],
];

describe("what surely was not sent", () => {
  it.each(REFUSALS)("%s is classed and explained", async (_name, replies, settings, result) => {
    const { io, closed } = scripted(replies);
    expect(await send(io, letter(), settings)).toMatchObject({ ok: false, ...result });
    if (!String(result["code"]).startsWith("smtp_")) expect(smtp.explain(result["code"] as string)).toMatch(/\.$/);
    expect(closed()).toBe(1);
  });

  it("one of several recipients who is refused stops the mail for all, and says nothing against the others", async () => {
    const { io, taken } = house({ checkRecipient: (to) => (to === "gone@example.com" ? "550 5.1.1 nobody" : null) });
    const result = await send(io, letter({ cc: [{ name: "", address: "gone@example.com" }] }));
    expect([result, taken, smtp.consentAfter!("recipient_refused"), smtp.consentAfter!("5.1.1")]).toMatchObject([{ ok: false, class: "permanent", code: "recipient_refused", detail: expect.stringContaining("gone@example.com") as string }, [], null, "inactive"]);
  });

  it("a server that cannot be connected to", async () => {
    const io: ChannelIo = { now: () => NOW, fetch: () => Promise.reject(new Error("x")), connect: () => { throw new Error("proxy request failed"); } };
    expect(await send(io)).toMatchObject({ ok: false, class: "temporary", code: "unreachable", detail: "proxy request failed" });
  });

  it.each<[string, OutboundMessage]>([["no_email", { ...letter(), email: null }], ["address_not_ascii", letter({ to: [{ name: "", address: "žofie@example.com" }] })], ["invalid_address", letter({ to: [{ name: "", address: "jane@example.com>\r\nRSET" }] })]])("%s never gets as far as a server", async (code, message) => {
    const { io, asked } = house();
    expect([await send(io, message), asked]).toMatchObject([{ ok: false, class: "permanent", code }, []]);
  });
});

it.each<[string, (string | null)[]]>([
  ["a line that breaks after the mail", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", null]], ["an answer that is none", ["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "what?\r\n"]],
])("%s leaves the outcome unknown", async (_name, replies) => { await expect(send(scripted(replies).io)).rejects.toThrow(); });

it("a server that is silent after it took the mail does not make us doubt it", async () => {
  expect(await send(scripted(["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"]).io)).toMatchObject({ ok: true });
});

it("a server that falls silent is not waited for: before the mail nothing was sent, after it nobody knows", async () => {
  const silent = (replies: string[]) => sendSmtp(SETTINGS, { from: "support@acme.example", to: ["jane@example.com"], raw: joined(["Hi\r\n"]) }, "acme.example", scripted(replies).io.connect!, 60);
  expect(await silent(["220 hi\r\n"])).toMatchObject({ ok: false, class: "temporary", code: "unreachable", detail: "the mail server did not answer in time" });
  await expect(silent(["220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"])).rejects.toThrow("in time");
});

it.each([["a", "a\r\n.\r\n"], ["a\r\n", "a\r\n.\r\n"], [".\r\n", "..\r\n.\r\n"], ["a\r\n.b\r\n..c.d\r\n", "a\r\n..b\r\n...c.d\r\n.\r\n"], ["", ".\r\n"]])("%j is put on the line as %j", (mail, line) => {
  const bytes = new TextEncoder().encode(mail);
  // However it is cut.
  for (const size of [1, 2, 3, 100]) {
    const stuffing = new DotStuffing();
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, nth) => stuffing.push(bytes.subarray(nth * size, (nth + 1) * size)));
    expect([...chunks, stuffing.end()].map((chunk) => new TextDecoder().decode(chunk)).join("")).toBe(line);
  }
});

describe("the check when connecting", () => {
  it.each<[string, Partial<typeof SETTINGS>, RegExp | null]>([["is content with a server that lets us in", {}, null], ["names a wrong password", { password: "x" }, /user name or password/], ["names missing encryption", { security: "starttls" }, /STARTTLS/]])("%s", async (_name, settings, sentence) => {
    const { io, taken } = house();
    const said = await smtp.probe!({ ...connection, settings: { ...SETTINGS, ...settings } }, io);
    if (sentence === null) expect(said).toBeNull();
    else expect(said).toMatch(sentence);
    expect(taken).toEqual([]);
  });

  it.each<[Record<string, unknown>, boolean]>([
    [{}, true], [{ port: "465", security: "tls" }, true], [{ port: 2525 }, true], [{ port: 25 }, false], [{ port: 22 }, false], [{ port: 70_000 }, false], [{ port: "x" }, false], [{ security: "ssl" }, false],
    ...["localhost", "127.0.0.1", "10.0.0.1", "2130706433", "0x7f.1", "[::1]", "mail.local", "db.internal", "smtp.acme.example:25", "a b.example", "user@smtp.example", ""].map((host): [Record<string, unknown>, boolean] => [{ host }, false]),
    [{ user: "a\r\nb" }, false], [{ password: "" }, false],
  ])("takes %j: %s", (change, isFine) => expect(smtp.settings.safeParse({ ...SETTINGS, ...change }).success).toBe(isFine));
});
