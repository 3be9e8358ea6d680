import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { arrives, conversation, newDesk, newPhone, request, text } from "../support/conversation";

/** 40: deleting a contact reaches everything they wrote, wherever it lies. */

it("a deleted contact leaves no row, no file and no raw request behind, and others lose nothing", async () => {
  const desk = await newDesk();
  const files = async () => (await env.BUCKET.list({ prefix: `a/${desk.account.id}/` })).objects.length;
  const [phone, other] = [newPhone(), newPhone()];
  const picture = (nth: number) => ({ media: [{ ref: "", type: "image/gif", bytes: new TextEncoder().encode(`GIF89a${nth}`) }] });
  await arrives(desk, desk.lines.twilio, [text(other, "Mine", picture(0))]);
  expect(await files()).toBe(1);
  const [delivered] = await arrives(desk, desk.lines.twilio, [text(phone, "Look", picture(1)), text(phone, "And this", picture(2))], request({ body: new Uint8Array(300_000) }));
  expect(await files()).toBe(4);
  const talk = conversation(desk, delivered!.conversationId);
  const { contactId } = await talk.open();
  expect((await desk.fetch(`/api/v1/contacts/${contactId}`, { method: "DELETE" })).status).toBe(204);
  expect(await files()).toBe(1);
  expect(await talk.object().open(talk.actor)).toBeNull();
  expect((await desk.fetch(`/api/v1/contacts/${contactId}`)).status).toBe(404);
  expect((await desk.fetch(`/api/v1/contacts/${contactId}`, { method: "DELETE" })).status).toBe(404);
});
