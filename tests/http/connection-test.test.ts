import { afterEach, beforeEach, expect, it } from "vitest";
import type { SendResult } from "../../worker/channels/channel";
import { channels } from "../../worker/channels/registry";
import type { Health } from "../../worker/contract/channel";
import { createContact } from "../../worker/db/contact-records";
import { forgetConnection } from "../../worker/flows/open-connection";
import { auditOf, call, newAccount, type TestAccount } from "../support/account";
import { Courier } from "../support/courier";
import { newPhone } from "../support/conversation";

let courier: Courier, owner: TestAccount, id: string;
beforeEach(async () => {
  courier = new Courier().open();
  owner = await newAccount();
  id = await courier.connect(owner);
});
afterEach(() => courier.close());

const TO = "+14155550199";
const answerOf = async (response: Response) => ({ status: response.status, ...await response.json<{ ok?: boolean; sentence?: string; detail?: string }>() });
const test = async (json: object = { to: TO }, who: Parameters<TestAccount["fetch"]>[2] = "owner") => answerOf(await owner.fetch(`/api/v1/connections/${id}/test`, { json }, who));
const verify = async () => answerOf(await owner.fetch(`/api/v1/connections/${id}/verify`, { method: "POST" }));
const patch = (json: object) => owner.fetch(`/api/v1/connections/${id}`, { method: "PATCH", json });
const health = async () => (await (await owner.fetch(`/api/v1/connections/${id}`)).json<{ health: Health }>()).health;

it("a test message goes straight to the provider, and the health card knows of it", async () => {
  expect(await test({ to: "+1 (415) 555-0199", text: "Can you read this?" })).toEqual({ status: 200, ok: true, sentence: `Courier took the message to ${TO}. It should arrive in a moment.` });
  expect(courier.sent).toEqual([{ token: "token-1", message: expect.objectContaining({ to: TO, text: "Can you read this?", from: "+15125550100", automated: false, email: null }) }]);
  expect(await health()).toMatchObject({ state: "healthy", lastSentAt: expect.any(String) });
  expect(await auditOf(owner.account)).toEqual(["account.create", "connection.tested"]);
});

it("a test message makes no contact and no conversation, also when the provider reports on it", async () => {
  await test();
  const { message } = courier.sent[0]!;
  const report = [{ kind: "status", externalId: "x", reference: message.reference, state: "delivered", recipient: TO, at: Date.now() }];
  expect((await call(`/hooks/test-courier/${id}`, { method: "POST", body: JSON.stringify(report), headers: { "x-signature": "secret-1" } })).status).toBe(200);
  expect((await (await owner.fetch("/api/v1/contacts")).json<{ items: unknown[] }>()).items).toEqual([]);
  expect((await (await owner.fetch("/api/v1/conversations")).json<{ items: unknown[] }>()).items).toEqual([]);
});

it("a mailbox gets a whole mail", async () => {
  courier.open({ kind: "email", reaches: [{ kind: "email", scoped: false }], capabilities: { ...channels["test-courier"]!.capabilities, subject: true } });
  id = await courier.connect(owner, {}, { address: "help@shop.example" });
  expect(await test({ to: "Ana@Example.com" })).toMatchObject({ status: 200, ok: true });
  expect(courier.sent[0]!.message).toMatchObject({ to: "ana@example.com", email: { from: { name: "Front desk", address: "help@shop.example" }, to: [{ name: "", address: "ana@example.com" }], subject: "A test message", messageId: expect.stringMatching(/^<tm_[^@]+@shop\.example>$/) } });
});

it.each<[string, SendResult, string]>([
  ["with the channel's own sentence", { ok: false, class: "auth", code: "190", detail: "OAuthException" }, "The access token is not valid any more."],
  ["in the provider's words where we have none", { ok: false, class: "permanent", code: "7", detail: "No such person" }, "No such person"],
  ["by its code where there are no words", { ok: false, class: "permanent", code: "7", detail: "" }, "Courier refused it with the code 7."],
])("what the provider refuses is told %s", async (_, result, sentence) => {
  courier.send = () => result;
  expect(await test()).toEqual({ status: 200, ok: false, sentence });
});

it("no answer is told as not known", async () => {
  courier.send = () => Promise.reject(new Error("socket"));
  expect(await test()).toMatchObject({ ok: false, sentence: expect.stringContaining("may or may not have been sent") });
});

it.each<[string, () => Promise<unknown> | void, object, string]>([
  ["a channel on which nobody can be written to first", () => { courier.open({ capabilities: { ...channels["test-courier"]!.capabilities, start: false } }); forgetConnection(id); }, { to: TO }, "Nobody can be written to first here. Write to +15125550100 as a customer would, and answer in the inbox."],
  ["a channel that only receives", () => { courier.open({ send: undefined }); forgetConnection(id); }, { to: TO }, "Nobody can be written to first here. Write to +15125550100 as a customer would, and answer in the inbox."],
  ["a connection that is switched off", () => patch({ status: "disabled" }), { to: TO }, "This channel is switched off. Switch it on first."],
  ["what is no address here", () => { courier.open({ reaches: [{ kind: "phone", scoped: false }] }); forgetConnection(id); }, { to: "help@shop.example" }, "“help@shop.example” is no address that Courier can reach. A phone number needs + and its country code."],
])("%s cannot be tested", async (_, arrange, json, detail) => {
  await arrange();
  expect(await test(json)).toMatchObject({ status: 422, detail });
  expect(courier.sent).toEqual([]);
});

it("who asked not to be written to gets no test message either", async () => {
  const phone = newPhone();
  const made = await createContact(owner.account, { identities: [{ kind: "phone", address: phone }] }, Date.now());
  if (made.outcome !== "saved") throw new Error(made.outcome);
  expect((await owner.fetch(`/api/v1/contacts/${made.contact.id}`, { method: "PATCH", json: { consent: { whatsapp: "inactive" } } })).status).toBe(200);
  expect(await test({ to: phone })).toMatchObject({ status: 422, detail: expect.stringContaining("asked not to be written to") });
  expect((await owner.fetch(`/api/v1/contacts/${made.contact.id}`, { method: "PATCH", json: { consent: { whatsapp: "active" } } })).status).toBe(200);
  expect(await test({ to: phone })).toMatchObject({ status: 200, ok: true });
});

it("only admins test, and not without end", async () => {
  expect((await test({ to: TO }, "agent")).status).toBe(403);
  expect((await test({ to: TO, text: " " })).status).toBe(400);
  const answers: number[] = [];
  for (let nth = 0; nth < 11; nth++) answers.push((await test()).status);
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  expect(courier.sent).toHaveLength(10);
});

it("refused credentials fail the connection at once, and a provider that accepts them again clears it", async () => {
  courier.send = () => ({ ok: false, class: "auth", code: "190", detail: "" });
  await test();
  expect(await health()).toMatchObject({ state: "failing", sentence: "Reconnect this channel: its credentials were refused. The access token is not valid any more." });
  courier.probe = () => "Wrong token";
  expect(await verify()).toEqual({ status: 200, ok: false, sentence: "Wrong token" });
  expect(await health()).toMatchObject({ state: "failing" });
  courier.probe = () => null;
  expect(await verify()).toEqual({ status: 200, ok: true, sentence: "The provider accepts these settings." });
  expect(await health()).toMatchObject({ state: "unknown" });
});

it("settings that the provider finds wrong fail the connection in its words until it takes them; replaced ones count as not tried", async () => {
  await test();
  expect((await patch({ settings: { token: "token-2" } })).status).toBe(200);
  expect(await health()).toMatchObject({ state: "unknown", sentence: expect.stringContaining("not been tried") });
  courier.probe = () => "Wrong token";
  await verify();
  expect(await health()).toMatchObject({ state: "failing", sentence: "Wrong token" });
  courier.probe = () => null;
  await verify();
  expect(await health()).toMatchObject({ state: "healthy" });
});

it("a connection that is switched off can be verified", async () => {
  await patch({ status: "disabled" });
  expect(await verify()).toMatchObject({ status: 200, ok: true });
  courier.probe = () => Promise.reject(new Error("away"));
  expect(await verify()).toMatchObject({ ok: false, sentence: "The provider did not answer. Try again in a minute." });
});
