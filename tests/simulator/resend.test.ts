import { describe, expect, it } from "vitest";
import type { WorldMessage } from "../../simulator/api";
import { eventBody, plan } from "../../simulator/resend/event";
import { checkEmail } from "../../simulator/resend/send";
import { signSvix } from "../../simulator/resend/signature";
import bounced from "../channels/fixtures/resend/email-bounced.permanent.json";
import delivered from "../channels/fixtures/resend/email-delivered.json";
import outbound from "../channels/fixtures/resend/outbound.json";
import vectors from "../channels/fixtures/resend/signatures.json";

it("a signature of the simulator is what Svix' is", async () => {
  const { headers } = vectors.cases[0]!;
  expect(await signSvix(vectors.secret, headers["svix-id"]!, Number(headers["svix-timestamp"]), vectors.payload)).toBe(headers["svix-signature"]);
  expect(await signSvix(vectors.secret, `${headers["svix-id"]}x`, Number(headers["svix-timestamp"]), vectors.payload)).not.toBe(headers["svix-signature"]);
});

describe("a mail", () => {
  const domains = ["acme.example"];
  const fair = { from: "Acme <support@acme.example>", to: ["jane@example.com"], subject: "Order", text: "Hi" };

  it.each<[string, unknown, number, string]>([
    ["that is no object", "x", 400, "validation_error"],
    ["without a sender", { ...fair, from: undefined }, 422, "missing_required_field"],
    ["without a recipient", { ...fair, to: undefined }, 422, "missing_required_field"],
    ["without a subject", { ...fair, subject: undefined }, 422, "missing_required_field"],
    ["without content", { ...fair, text: undefined }, 422, "missing_required_field"],
    ["from what is no address", { ...fair, from: "support" }, 422, "invalid_from_address"],
    ["from a domain that is not ours", { ...fair, from: "a@other.example" }, 403, "validation_error"],
    ["to nobody", { ...fair, to: [] }, 422, "validation_error"],
    ["to what is no address", { ...fair, to: ["jane"] }, 422, "validation_error"],
    ["to 51 people", { ...fair, to: Array.from({ length: 51 }, (_, index) => `p${index}@example.com`) }, 422, "validation_error"],
    ["with a copy to what is no address", { ...fair, cc: "x" }, 422, "validation_error"],
    ["with a header of two lines", { ...fair, headers: { "X-A": "a\r\nBcc: b@example.com" } }, 422, "validation_error"],
    ["with a tag of other letters", { ...fair, tags: [{ name: "a", value: "c_1:e_1" }] }, 422, "validation_error"],
    ["with a tag that is a record", { ...fair, tags: { a: "b" } }, 422, "validation_error"],
    ["with a file without a name", { ...fair, attachments: [{ content: "aGk=" }] }, 422, "invalid_attachment"],
    ["with a file that is not base64", { ...fair, attachments: [{ filename: "a", content: "💥" }] }, 422, "invalid_attachment"],
  ])("%s is refused as Resend does", (_name, body, status, name) => {
    expect(checkEmail(body, domains)).toMatchObject({ ok: false, status, name });
  });

  it("of the recorded exchange is accepted, with its headers and tags", () => {
    const { body } = outbound.exchanges[0]!.request;
    expect(checkEmail(body, domains)).toMatchObject({
      ok: true, email: { from: { name: "Acme", address: "support@acme.example" }, to: ["jane@example.com"], headers: { "In-Reply-To": "<a@b>" }, tags: { message_id: "msg_01J" } },
    });
  });
});

it.each<[string[], string[]]>([
  [["jane@example.com"], ["sent", "delivered"]],
  [["jane@example.com", "bounce@example.com"], ["sent", "bounced"]],
  [["bounce+abc@example.com"], ["sent", "bounced"]],
  [["Complain@example.com"], ["sent", "delivered", "complained"]],
  [["delay@example.com"], ["sent", "delivery_delayed", "delivered"]],
  [["bouncer@example.com"], ["sent", "delivered"]],
])("a mail to %j goes through %j", (recipients, states) => {
  expect(plan(recipients).map(({ state }) => state)).toEqual(states);
});

it("an event has the very fields of a real one", () => {
  const { data } = delivered;
  const at = "2026-11-22T09:59:58.126Z";
  const message: WorldMessage = {
    id: data.email_id, provider: "resend", connectionId: "cn", by: "app", at, from: "support@acme.example", to: "jane@example.com", text: "", state: "sent", code: null, media: [], history: [],
    raw: { from: data.from, tags: [{ name: "message_id", value: "msg_01J1" }] },
    mail: { fromName: "Acme", to: data.to, cc: [], bcc: [], replyTo: null, subject: data.subject, html: null, messageId: data.message_id, inReplyTo: null, references: [], headers: {} },
  };
  const now = Date.parse("2026-11-22T10:00:00.000Z");
  expect(JSON.parse(eventBody(message, "delivered", null, now))).toEqual(delivered);
  const bounce = (JSON.parse(eventBody(message, "bounced", "Transient", now)) as { data: { bounce: object } }).data.bounce;
  expect(Object.keys(bounce).sort()).toEqual(Object.keys(bounced.data.bounce).sort());
  expect(bounce).toMatchObject({ type: "Transient" });
});
