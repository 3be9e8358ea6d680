import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { ses } from "../../worker/channels/email-ses";
import { smtp } from "../../worker/channels/email-smtp";
import { parseMail } from "../../worker/channels/mime";
import { writeMail } from "../../worker/channels/mime-write";
import type { Connected } from "../../worker/platform/sockets";
import { content, largeFile, MB, wholeOf } from "../support/large-file";
import { fileOf, letter, NOW } from "../support/mail-channel";

const connection = (settings: object) => ({ id: "cn_1", accountId: "a_1", address: "support@acme.example", ownAddresses: [], country: "US", settings }) as never;
const SES = connection({ accessKeyId: "AKIA", secretAccessKey: "secret", region: "eu-west-1", topicArn: "arn:aws:sns:eu-west-1:123456789012:mail" });
const SMTP = connection({ host: "smtp.acme.example", port: 465, security: "tls", user: "u", password: "p" });
/** What is read from the bucket and not yet gone: chunks on their way, and the pieces that they are cut into. */
const IN_FLIGHT = MB;

it.each([0, 1, 56, 57, 58, 1_000, 57 * 4096 + 1])("a file of %i bytes comes as it is in the same mail, however it is read, and the mail is as long as it says", async (size) => {
  const [atHand, coming] = [fileOf("film.mp4", "video/mp4", content(size)), largeFile(size, 101)].map((file) => letter({}, { media: [file] })).map((message) => writeMail(message, message.email!, NOW));
  const whole = await wholeOf(coming!);
  expect(whole).toEqual(await wholeOf(atHand!));
  expect((await parseMail(whole)).files.map(({ bytes }) => bytes)).toEqual([content(size)]);
});

it("Amazon gets a file as it comes out of the bucket, signed by their checksum", async () => {
  const file = largeFile(8 * MB);
  let most = 0, taken = 0, signed = "", authorization = "";
  const hash = createHash("sha256");
  const result = await ses.send!(letter({}, { media: [file] }), SES, {
    now: () => NOW,
    fetch: async (_url, init) => {
      const headers = new Headers(init!.headers);
      [signed, authorization] = [headers.get("x-amz-content-sha256")!, headers.get("authorization")!];
      for await (const chunk of init!.body as ReadableStream<Uint8Array>) {
        // Base64 of base64 in lines of 76.
        if (file.readers === 2) most = Math.max(most, file.made - taken * (3 / 4) * (3 / 4) * (76 / 78));
        taken += chunk.byteLength;
        hash.update(chunk);
      }
      return Response.json({ MessageId: "1" });
    },
  });
  expect(result).toMatchObject({ ok: true });
  expect([file.readers, hash.digest("hex")]).toEqual([2, signed]);
  expect(authorization).toContain("x-amz-content-sha256");
  expect(taken).toBeGreaterThan(14 * MB);
  expect(most).toBeLessThan(IN_FLIGHT);
}, 60_000);

/** A mail server that says yes; `most` is what of the file had been read and not yet taken by it. */
function server(file: ReturnType<typeof largeFile>) {
  const seen = { most: 0, taken: 0, tail: "" };
  let say!: (text: string) => void;
  const answers = new ReadableStream<Uint8Array>({ start: (controller) => { say = (text) => controller.enqueue(new TextEncoder().encode(text)); } });
  let isData = false;
  const heard = new WritableStream<Uint8Array>({
    write(chunk) {
      const text = chunk.byteLength < 500 ? new TextDecoder().decode(chunk) : "";
      if (!isData) {
        if (text.startsWith("EHLO")) say("250-x\r\n250-SIZE 50000000\r\n250 AUTH PLAIN\r\n");
        else if (text.startsWith("AUTH")) say("235 ok\r\n");
        else if (text.startsWith("DATA")) { isData = true; say("354 go\r\n"); }
        else say("250 ok\r\n");
        return;
      }
      seen.most = Math.max(seen.most, file.made - seen.taken * (3 / 4) * (76 / 78));
      seen.taken += chunk.byteLength;
      if (text.endsWith("\r\n.\r\n") || chunk.at(-3) === 46) { isData = false; say("250 taken\r\n"); }
    },
  });
  const socket: Connected = { opened: Promise.resolve(), readable: answers, writable: heard, close: () => Promise.resolve(), startTls: () => socket };
  queueMicrotask(() => say("220 hi\r\n"));
  return { seen, io: { now: () => NOW, fetch: () => Promise.reject(new Error("no HTTP here")), connect: () => socket } };
}

it("a mail server gets a file as it comes out of the bucket", async () => {
  const file = largeFile(14 * MB);
  const { seen, io } = server(file);
  expect(await smtp.send!(letter({}, { media: [file] }), SMTP, io)).toMatchObject({ ok: true });
  expect(seen.taken).toBeGreaterThan(19 * MB);
  expect(seen.most).toBeLessThan(IN_FLIGHT);
}, 60_000);

it("a file that ends before its time leaves half a mail, which no server keeps: surely not sent", async () => {
  const file = { ...largeFile(100_000), stream: () => Promise.resolve(new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("R2 is down")) })) };
  const { io } = server(largeFile(0));
  expect(await smtp.send!(letter({}, { media: [file] }), SMTP, io)).toMatchObject({ ok: false, class: "temporary" });
});
