import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repairMime } from "../../worker/channels/mime-repair";
import { parseMail, UNREADABLE_TEXT, type ParsedMail } from "../../worker/channels/mime";
import { quoteStart } from "../../worker/domain/mail-quote";
import manifest from "./fixtures/email/manifest.json";

const files = import.meta.glob<string>("./fixtures/email/*.eml", { query: "?raw", import: "default", eager: true });
const bytes = (text: string) => new TextEncoder().encode(text);
const raw = (file: string) => bytes(files[`./fixtures/email/${file}`]!);
const parse = (file: string) => parseMail(raw(file));
const mail = (lines: string[]) => parseMail(bytes(lines.join("\r\n")));
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const HEADERS = ["From: jane@example.com", "Message-ID: <x@example.com>", "MIME-Version: 1.0"];
const fileNames = ({ files: list }: ParsedMail) => list.map(({ name }) => name);
const newText = ({ text, inReplyTo, references }: ParsedMail) => text.slice(0, quoteStart(text, inReplyTo.length + references.length > 0) ?? undefined).trim();
const textOf = (file: { bytes?: Uint8Array }) => new TextDecoder().decode(file.bytes);

/** What each file of the manifest must give beyond the manifest's own fields. */
const EXPECTED: Record<string, (parsed: ParsedMail) => void> = {
  "01-gmail-reply-alternative": (m) => {
    expect(m.references).toEqual(["msg_01JAAA@acme.example", "CAHgm1@mail.gmail.com", "msg_01JABC@acme.example"]);
    expect(m).toMatchObject({ subject: "Re: [#4821] Order question", messageId: "CAHgm2-reply@mail.gmail.com", from: { name: "Jane Doe", address: "jane.doe@gmail.com" }, deliveredTo: ["support@acme.example"] });
    expect(m.html).toContain("gmail_quote");
  },
  "02-related-inline-cid": (m) => {
    expect(m.from!.name).toBe("Doe, Jane");
    expect(m.files.map(({ name, type, contentId }) => [name, type, contentId])).toEqual([
      ["photo.png", "image/png", "photo.1@example.com"], ["file.png", "image/png", "logo@example.com"], ["invoice 5.pdf", "application/pdf", undefined],
    ]);
    expect(textOf(m.files[2]!)).toMatch(/^%PDF-1\.4/);
  },
  "03-forwarded-rfc822": (m) => {
    expect(m).toMatchObject({ text: "FYI, please see attached.\n", messageId: "fwd-1@example.com", from: { address: "jane@example.com" } });
    expect(m.files[0]).toMatchObject({ name: "Original message.eml", type: "message/rfc822" });
    expect(textOf(m.files[0]!)).toMatch(/orig-bob@example\.org[\s\S]*Inner body[\s\S]*data\.csv/);
  },
  "04-winmail-tnef": (m) => {
    expect(fileNames(m)).toEqual(["Angebot.pdf", "Büro.txt"]);
    expect(textOf(m.files[1]!)).toBe("hello from tnef");
    expect(m.text.trim()).toBe("Please find the documents attached.");
  },
  "05-iso-2022-jp": (m) => expect(m.from!.address).toBe("yamada@example.jp"),
  "06-windows-1252-qp": (m) => expect(m.text).toContain("“M” – Preis 12,50 €"),
  "07-no-message-id-base64": (m) => expect(m).toMatchObject({ messageId: null, date: null, subject: "" }),
  "08-outlook-long-thread": (m) => {
    expect(m.references[39]).toBe("thread-40@corp.example");
    expect(m).toMatchObject({ from: { name: "Smith, John (Sales)" }, cc: [{ name: "O'Neil, Pat", address: "pat@corp.example" }], subject: "RE: RE: AW: FW: Offer 2026" });
  },
  "09-apple-mail-reply": (m) => expect(m.text).toContain("> Would 10:00 work?"),
  "10-auto-reply-out-of-office": (m) => expect(m).toMatchObject({ subject: "Automatische Antwort: Ihre Anfrage – Abwesend", text: "I am away until Monday.\n", report: null }),
  "11-bounce-dsn-permanent": (m) => expect(m.report).toEqual({
    kind: "delivery", messageId: "msg_01JXYZ@acme.example",
    recipients: [{ address: "nosuchuser@example.com", state: "failed", code: "5.1.1", detail: "550-5.1.1 The email account that you tried to reach does not exist." }],
  }),
  "12-dsn-delayed-exchange": (m) => expect(m.report).toEqual({ kind: "delivery", messageId: "msg_01JDLY@acme.example", recipients: [{ address: "pat@corp.example", state: "sending", code: "4.4.7", detail: "" }] }),
  "13-newsletter-list-unsubscribe": (m) => expect(m).toMatchObject({ subject: "🎉 Black Friday", text: "50% off\n\nx", replyTo: [{ address: "no-reply@news.example" }], from: { name: "Shop News" } }),
  "14-rfc2231-filenames": (m) => {
    expect(fileNames(m)).toEqual(["Übersicht € rates.pdf", "Ein sehr langer Dateiname der auf mehrere Teile aufgeteilt wurde – ende.docx", "Bild für Sie.png", "pass_wd.txt", "Größe.bin"]);
    expect(textOf(m.files[1]!)).toBe("docx");
  },
  "15-calendar-invite": (m) => {
    expect(m.files).toHaveLength(1);
    expect(m.files[0]).toMatchObject({ name: "invite.ics", type: "text/calendar" });
    expect(textOf(m.files[0]!)).toMatch(/METHOD:REQUEST[\s\S]*DTSTART:20261125T150000Z[\s\S]*UID:evt-1@google\.com/);
    expect(m.text.trim()).toBe("You have been invited to the following event.");
  },
  "16-cc-bcc-groups": (m) => {
    expect(m.from).toEqual({ name: "Café Central", address: "owner@cafe.example" });
    expect(m.replyTo).toEqual([{ name: "Bookings, Team", address: "bookings@cafe.example" }]);
    expect(m.to).toEqual([]);
    expect(m.cc.map(({ name, address }) => `${name}|${address}`)).toEqual(["Acme, Support|support@acme.example", "|a@example.com", 'B "Bob" B|b@example.com', "Dörte|doerte@example.de", "|jane@EXAMPLE.com", "|no-name@example.com"]);
    expect(m.bcc).toEqual([{ name: "", address: "secret@acme.example" }]);
  },
  "17-format-flowed-delsp": (m) => {
    expect(m.text).toContain("mail client and should be joined again when displayed.");
    expect(m.text).toContain("> quoted flowed line that also\n> continues here\nFrom space-stuffed line\n-- \nJane");
  },
  "18-nasty-encoded-words": (m) => {
    expect(m.from).toEqual({ name: '"Evil, Name" 😀', address: "x@example.com" });
    expect(m.text).toBe("x\n");
  },
  "19-smtputf8-raw-headers": (m) => expect(m.from!.address).toBe("žofie@příklad.example"),
  "20-mdn-read-receipt": (m) => expect(m.report).toEqual({ kind: "read", messageId: "msg_01JABC@acme.example", recipient: "jane@example.com", displayed: true }),
  "21-arf-complaint": (m) => expect(m.report).toEqual({ kind: "complaint", messageId: "msg_01JABC@acme.example", recipient: "jane@example.com" }),
  "22-bare-lf-no-mime": (m) => expect(m).toMatchObject({ from: { address: "cron@server.example" }, messageId: "lf-1@server.example", subject: "plain old mail" }),
  "23-broken-boundary": (m) => {
    expect(m.text.trim()).toBe("Body of truncated mail");
    expect(m.html).not.toContain("Preamble");
    expect(m.files[0]!.bytes!.slice(0, 3)).toEqual(Uint8Array.of(0xff, 0xd8, 0xff));
  },
  "24-dirty-base64": (m) => expect(m.text.trim()).toBe("Grüße Hello !"),
  "25-unknown-charset": (m) => {
    expect(m.text).toContain("café in utf-8 with bogus charset");
    expect(m.text).toContain("你好，謝謝");
  },
  "26-smime-signed": (m) => expect([m.text.trim(), m.files]).toEqual(["Signed content.", []]),
  "27-spoofed-display-name": (m) => expect(m.from).toEqual({ name: "support@acme.example", address: "attacker@evil.example" }),
  "28-own-mail-loop": (m) => expect([m.messageId, m.headers.get("x-loop")]).toEqual(["msg_01JABC@acme.example", ["inbox"]]),
  "29-reply-token-plus-address": (m) => {
    expect(m.deliveredTo).toEqual(["reply+conv42.9f2c@inbound.acme.example", "reply+conv42.9f2c@inbound.acme.example"]);
    expect([m.inReplyTo, m.references]).toEqual([[], []]);
  },
  "30-huge-multilingual-history": (m) => expect(m.text.split("\n").length).toBeGreaterThan(500),
  "31-root-pdf-attachment-only": (m) => expect([m.text, fileNames(m)]).toEqual(["", ["fax.pdf"]]),
  "32-inline-reply-interleaved": (m) => expect(newText(m)).toMatch(/\nM\n[\s\S]*\nBlue$/),
};

describe("every kind of mail is read as it was meant", () => {
  it.each(manifest.files.map((entry): [string, (typeof manifest.files)[number]] => [entry.file, entry]))("%s", async (file, entry) => {
    const parsed = await parse(file);
    if (entry.subject !== undefined) expect(parsed.subject).toBe(entry.subject);
    if (entry.subjectPrefix !== undefined) expect(parsed.subject.startsWith(entry.subjectPrefix)).toBe(true);
    if (entry.fromName !== undefined) expect(parsed.from!.name).toBe(entry.fromName);
    if (entry.text !== undefined) expect(parsed.text).toBe(entry.text);
    if (entry.textPrefix !== undefined) expect(parsed.text.startsWith(entry.textPrefix)).toBe(true);
    if (entry.newText !== undefined) expect(newText(parsed)).toBe(entry.newText);
    if (entry.inReplyTo !== undefined) expect(parsed.inReplyTo).toEqual([entry.inReplyTo]);
    if (entry.references !== undefined) expect(parsed.references).toHaveLength(entry.references);
    // The fixture's one attachment is winmail.dat itself; unpacked, it holds two files.
    if (entry.attachments !== undefined && !file.startsWith("04-")) expect(parsed.files).toHaveLength(entry.attachments);
    EXPECTED[file.replace(".eml", "")]!(parsed);
  });
});

describe("nothing that arrives is lost or breaks the reader", () => {
  const unreadable = (parsed: ParsedMail, original: Uint8Array) => {
    expect(parsed.text).toBe(UNREADABLE_TEXT);
    expect(parsed.files).toEqual([{ ref: "raw", type: "message/rfc822", name: "original-mail.eml", bytes: original }]);
  };

  it("a mail nested deeper than 20 levels keeps its sender and comes as a file", async () => {
    const depth = 30;
    const open = Array.from({ length: depth }, (_, level) => `${level ? `--b${level - 1}\r\n` : ""}Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n`).join("");
    const original = bytes(`From: jane@example.com\r\nSubject: deep\r\nMessage-ID: <deep@example.com>\r\n${open}--b${depth - 1}\r\n\r\nx\r\n`);
    const parsed = await parseMail(original);
    unreadable(parsed, original);
    expect(parsed).toMatchObject({ from: { address: "jane@example.com" }, subject: "deep", messageId: "deep@example.com" });
  });

  it("a mail with more than 64 kB of headers comes as a file", async () => {
    const original = bytes(`From: jane@example.com\r\n${"X-Filler: x\r\n".repeat(6_000)}\r\nhello`);
    unreadable(await parseMail(original), original);
  });

  it("of 250 attachments 200 are listed, beside the whole mail", async () => {
    const parts = Array.from({ length: 250 }, (_, index) => `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=f${index}.bin\r\n\r\nx\r\n`).join("");
    const parsed = await mail([...HEADERS, "Content-Type: multipart/mixed; boundary=b", "", `${parts}--b--`]);
    expect(parsed.files).toHaveLength(201);
    expect(parsed.files.at(-1)).toMatchObject({ name: "original-mail.eml", type: "message/rfc822" });
  });

  it("a text too long to store is cut, and the whole mail is attached", async () => {
    const parsed = await mail([...HEADERS, "", "word ".repeat(100_000)]);
    expect(parsed.text.length).toBeLessThan(200_000);
    expect(parsed.files.map(({ ref }) => ref)).toEqual(["raw"]);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()], ["one line end", bytes("\n")], ["no headers", bytes("\r\n\r\nhello")], ["only a colon", bytes(":\r\n\r\n")],
    ["zeros", new Uint8Array(100)], ["a lone boundary", bytes("Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nx")],
  ])("%s is still a mail", async (_name, original) => {
    const parsed = await parseMail(original);
    expect(parsed.from).toBeNull();
    expect(typeof parsed.text).toBe("string");
  });

  it("any bytes, and any damage to a good mail, give a mail", async () => {
    const good = manifest.files.map(({ file }) => raw(file)).filter(({ length }) => length < 5_000);
    const damaged = fc.record({ base: fc.constantFrom(...good), cut: fc.double({ min: 0, max: 1, noNaN: true }), noise: fc.uint8Array({ maxLength: 40 }) })
      .map(({ base, cut, noise }) => new Uint8Array([...base.slice(0, Math.floor(base.length * cut)), ...noise, ...base.slice(Math.floor(base.length * cut) + noise.length)]));
    await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), async (original) => {
      const parsed = await parseMail(original);
      expect(parsed.text).not.toMatch(/\u0000/);
      for (const { name } of parsed.files) expect(name).not.toMatch(/[/\\\u0000-\u001f\u202a-\u202e]/);
    }), { numRuns: 150 });
  });
});

describe("hostile mail is read in bounded time", () => {
  const part = (...lines: string[]) => ["Content-Type: multipart/mixed; boundary=b", "", "--b", ...lines, "--b--"];
  it.each<[string, string[]]>([
    ["open comments", ["Auto-Submitted: " + "(".repeat(60_000), "", "x"]],
    ["at signs", ["In-Reply-To: " + "@".repeat(60_000) + " x", "", "x"]],
    ["open brackets", ["References: " + "<a".repeat(30_000), "", "x"]],
    ["addresses", ["To: " + "a@b, ".repeat(12_000), "", "x"]],
    ["groups", ["To: " + "a: ".repeat(20_000), "", "x"]],
    ["encoded words", ["Subject: " + "=?utf-8?q?x?= ".repeat(4_000), "", "x"]],
    ["reply prefixes", ["Subject: " + "Re: ".repeat(15_000), "", "x"]],
    ["a calendar of spaces", part("Content-Type: text/calendar", "", "UID:a" + " ".repeat(500_000) + "b")],
    ["comments before an encoding", part("Content-Transfer-Encoding: " + "(".repeat(60_000), "", "x")],
    ["boundaries", ["Content-Type: multipart/mixed; boundary=b", "", "--b\r\n\r\nx\r\n".repeat(20_000)]],
    ["half boundaries", ["Content-Type: multipart/mixed; boundary=" + "b".repeat(60), "", ("--" + "b".repeat(59) + "\r\n").repeat(20_000)]],
    ["HTML", ["Content-Type: text/html", "", "<p a='".repeat(200_000)]],
    ["base64 lines", ["Content-Transfer-Encoding: base64", "", "AAAA\r\n".repeat(200_000)]],
  ])("%s", async (_what, lines) => {
    const started = performance.now();
    expect((await mail([...HEADERS, ...lines])).from!.address).toBe("jane@example.com");
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("what mail programs do wrong is mended", () => {
  it("a mail without faults is not copied", () => {
    for (const file of ["01-gmail-reply-alternative.eml", "02-related-inline-cid.eml", "14-rfc2231-filenames.eml", "23-broken-boundary.eml"]) {
      const original = raw(file);
      expect(repairMime(original)).toBe(original);
    }
  });

  it.each([
    ["8bit", "8bit", latin1("caf\u00c3\u00a9")],
    ["quoted-printable", "quoted-printable", latin1("caf=C3=A9")],
    ["base64", "base64", latin1("Y2Fmw6k=")],
  ])("text with an unknown charset label is tried as UTF-8 first (%s)", async (_name, encoding, body) => {
    const parsed = await parseMail(new Uint8Array([...bytes([...HEADERS, "Content-Type: text/plain; charset=x-nonsense", `Content-Transfer-Encoding: ${encoding}`, "", ""].join("\r\n")), ...body]));
    expect(parsed.text.trim()).toBe("café");
  });

  it("text with an unknown charset label that is no UTF-8 is read as windows-1252", async () => {
    const parsed = await parseMail(new Uint8Array([...bytes([...HEADERS, "Content-Type: text/plain; charset=utf-7", "", ""].join("\r\n")), 0x93, 0x63, 0xe9, 0x94]));
    expect(parsed.text.trim()).toBe("“cé”");
  });

  it("a footer after base64 in one part leaves the next part alone", async () => {
    const parsed = await mail([...HEADERS, "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Transfer-Encoding: base64", "", "SGVsbG8=", "__ footer __", "--b", "Content-Type: text/plain", "Content-Disposition: attachment; filename=a.txt", "", "a, b.", "--b--"]);
    expect(parsed.text.trim()).toBe("Hello");
    expect(textOf(parsed.files[0]!).trim()).toBe("a, b.");
  });

  it("soft line breaks of a quoted-printable flowed quote stay line breaks", async () => {
    const parsed = await mail([...HEADERS, "Content-Type: text/plain; format=flowed", "Content-Transfer-Encoding: quoted-printable", "", "> one=20", "> two", "three"]);
    expect(parsed.text.trim()).toBe("> one\n> two\nthree");
  });

  it("an inline picture that the HTML does not show is an ordinary attachment", async () => {
    const parsed = await mail([...HEADERS, "Content-Type: multipart/related; boundary=b", "", "--b", "Content-Type: text/html", "", "<img src='cid:Shown@x'>", "--b", "Content-Type: image/png", "Content-Id: <shown@x>", "Content-Disposition: inline; filename=a.png", "", "a", "--b", "Content-Type: image/png", "Content-Id: <other@x>", "Content-Disposition: inline; filename=b.png", "", "b", "--b--"]);
    expect(parsed.files.map(({ name, contentId }) => [name, contentId])).toEqual([["a.png", "shown@x"], ["b.png", undefined]]);
  });
});

describe("reports", () => {
  const dsn = (status: string[], rest: string[] = []) => mail([
    "From: MAILER-DAEMON@mx.example.com", "Content-Type: multipart/report; report-type=delivery-status; boundary=r", "", "--r", "", "text", "--r", "Content-Type: message/delivery-status", "", ...status, ...rest, "--r--",
  ]);
  const ID = ["--r", "Content-Type: text/rfc822-headers", "", "Message-ID: <msg_1@acme.example>", ""];

  it("each recipient of a delivery report has its own outcome", async () => {
    const { report } = await dsn(["Reporting-MTA: dns; mx", "", "Final-Recipient: rfc822; a@example.com", "Action: failed", "Status: 5.2.2", "", "Final-Recipient: rfc822; b@example.com", "Action: delivered", "Status: 2.0.0", "", "Final-Recipient: rfc822; c@example.com", "Action: relayed", "Status: 2.0.0", ""], ID);
    expect(report).toMatchObject({ kind: "delivery", messageId: "msg_1@acme.example", recipients: [{ address: "a@example.com", state: "failed", code: "5.2.2" }, { address: "b@example.com", state: "delivered" }, { address: "c@example.com", state: "sent" }] });
  });

  it("the address we wrote to is named, not the one behind a forward", async () => {
    const { report } = await dsn(["Reporting-MTA: dns; mx", "", "Original-Recipient: rfc822; a@example.com", "Final-Recipient: rfc822; hidden@example.org", "Action: failed", "Status: 5.1.1", ""], ID);
    expect(report).toMatchObject({ recipients: [{ address: "a@example.com" }] });
  });

  it("an Exchange bounce without the report format is a bounce", async () => {
    const { report } = await mail(["From: postmaster@corp.example", "Subject: Undeliverable: Order", "X-MS-Exchange-Message-Is-Ndr:", "In-Reply-To: <msg_1@acme.example>", "X-Failed-Recipients: a@example.com", "", "Remote server returned '550 5.1.10 not found'"]);
    expect(report).toEqual({ kind: "delivery", messageId: "msg_1@acme.example", recipients: [{ address: "a@example.com", state: "failed", code: "5.1.10", detail: "Undeliverable: Order" }] });
  });

  it("a bounce that a person forwards is a person's mail", async () => {
    const parsed = await mail([...HEADERS, "Content-Type: multipart/mixed; boundary=m", "", "--m", "", "What does this mean?", "--m", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx", "", "Final-Recipient: rfc822; a@example.com", "Action: failed", "Status: 5.1.1", "--m--"]);
    expect(parsed.report).toBeNull();
    expect(parsed.text).toContain("What does this mean?");
    expect(parsed.files).toHaveLength(1);
  });

  it("a receipt for a mail deleted unread is no proof of reading", async () => {
    const { report } = await mail([...HEADERS, "Content-Type: multipart/report; report-type=disposition-notification; boundary=r", "", "--r", "Content-Type: message/disposition-notification", "", "Original-Message-ID: <msg_1@acme.example>", "Disposition: automatic-action/MDN-sent-automatically; deleted", "--r--"]);
    expect(report).toMatchObject({ kind: "read", displayed: false });
  });
});

it.each([
  ["../../etc/passwd", "passwd"], ["C:\\Users\\me\\a.txt", "a.txt"], [".htaccess", "htaccess"], ["invoice\u202efdp.exe", "invoicefdp.exe"], ["a\u200bb.txt", "ab.txt"], ["/", "file.bin"],
])("a file sent as %j is called %j", async (given, shown) => {
  const parsed = await mail([...HEADERS, "Content-Type: multipart/mixed; boundary=b", "", "--b", `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(given)}`, "Content-Type: application/octet-stream", "", "x", "--b--"]);
  expect(fileNames(parsed)).toEqual([shown]);
});
