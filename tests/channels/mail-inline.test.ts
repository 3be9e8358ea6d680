import { expect, it } from "vitest";
import type { BoundMail } from "../../worker/platform/mail-binding";
import type { ChannelConnection, SendResult } from "../../worker/channels/channel";
import { parseMail } from "../../worker/channels/mime";
import { writeMail } from "../../worker/channels/mime-write";
import { channelOf } from "../../worker/channels/registry";
import { fileOf, letter, NOW, pretendIo } from "../support/mail-channel";
import { wholeOf } from "../support/large-file";

const picture = fileOf("view.png", "image/png", new Uint8Array([1, 2, 3]), "a_01JV");
const terms = fileOf("terms.pdf", "application/pdf", new Uint8Array([4]));
const message = letter({ html: '<p>Look: <img src="cid:a_01JV" alt="view"></p>' }, { text: "Look: [view]", media: [picture, terms] });

/** What a provider is asked for the letter above. */
async function asked(provider: string, settings: Record<string, string>, answer: () => Response): Promise<{ body: string; bound: BoundMail | null }> {
  const { io, calls } = pretendIo(answer);
  let bound: BoundMail | null = null;
  const connection: ChannelConnection<never> = { id: "cn_1", accountId: "ac_1", address: "support@acme.example", settings: settings as never, ownAddresses: [], country: "US" };
  const result: SendResult = await channelOf(provider)!.send!(message, connection, { ...io, mail: { send: (mail) => { bound = mail; return Promise.resolve({ messageId: "<x@acme.example>" }); } } });
  expect(result).toMatchObject({ ok: true });
  return { body: calls[0]?.body ?? "", bound };
}

type Listed = Record<string, unknown>[];
const listed = (body: string, key: string): Listed => (JSON.parse(body) as Record<string, Listed>)[key]!;

// Each provider's own words for a part that the page shows, from its documentation.
it("a picture stands inside the mail, whoever sends it; other files stay beside the words", async () => {
  const resend = await asked("resend", { apiKey: "re_x", domain: "acme.example" }, () => Response.json({ id: "1" }));
  expect(listed(resend.body, "attachments")).toMatchObject([{ filename: "view.png", content_id: "a_01JV" }, { filename: "terms.pdf" }]);
  expect(listed(resend.body, "attachments")[1]).not.toHaveProperty("content_id");

  const postmark = await asked("postmark", { serverToken: "t", messageStream: "outbound" }, () => Response.json({ ErrorCode: 0, MessageID: "1", Message: "OK" }));
  expect(listed(postmark.body, "Attachments")).toMatchObject([{ Name: "view.png", ContentID: "cid:a_01JV" }, { Name: "terms.pdf" }]);
  expect(listed(postmark.body, "Attachments")[1]).not.toHaveProperty("ContentID");

  const sendgrid = await asked("sendgrid", { apiKey: "SG.x", region: "global" }, () => new Response(null, { status: 202, headers: { "x-message-id": "1" } }));
  expect(listed(sendgrid.body, "attachments")).toMatchObject([{ filename: "view.png", disposition: "inline", content_id: "a_01JV" }, { filename: "terms.pdf", disposition: "attachment" }]);
  expect(listed(sendgrid.body, "attachments")[1]).not.toHaveProperty("content_id");

  const mailgun = await asked("mailgun", { apiKey: "k", domain: "acme.example", region: "us" }, () => Response.json({ id: "<1@acme.example>" }));
  expect(mailgun.body).toMatch(/name="inline"; filename="a_01JV"[^]*name="attachment"; filename="terms.pdf"/);

  const { bound } = await asked("cloudflare-sending", { domain: "acme.example" }, () => new Response());
  expect(bound!.attachments).toMatchObject([{ filename: "view.png", disposition: "inline", contentId: "a_01JV" }, { filename: "terms.pdf", disposition: "attachment" }]);
});

it("a written mail holds what the page shows beside the page (RFC 2387)", async () => {
  const raw = await wholeOf(writeMail(message, message.email!, NOW));
  const shape = [...new TextDecoder().decode(raw).matchAll(/^Content-(?:Type: ([^;\r]+)|Disposition: (\w+)|ID: (\S+))/gm)].map(([, type, disposition, id]) => type ?? disposition ?? id);
  expect(shape).toEqual(["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "inline", "<a_01JV>", "application/pdf", "attachment"]);
  const { files } = await parseMail(raw);
  expect(files.map(({ name, contentId }) => [name, contentId])).toEqual([["view.png", "a_01JV"], ["terms.pdf", undefined]]);
  const plain = await parseMail(await wholeOf(writeMail(message, { ...message.email!, html: null }, NOW)));
  expect(plain.files.map(({ name }) => name)).toEqual(["view.png", "terms.pdf"]);
});
