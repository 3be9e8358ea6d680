import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { WORDS_AND_FILES, type Channel, defineChannel, type OutboundMessage, type SendResult } from "../../worker/channels/channel";
import { channels } from "../../worker/channels/registry";
import { createConnection, updateConnection } from "../../worker/db/connections";
import { sendAccountMail } from "../../worker/flows/account-mail";
import { call, newAccount, type TestAccount } from "../support/account";

const sent: OutboundMessage[] = [];
let answer: SendResult = { ok: true, externalId: "x" };

const mailbox: Channel = defineChannel({
  provider: "test-mail", kind: "email", title: "Test mail", reaches: [{ kind: "email", scoped: false }], settings: z.object({}), fields: [],
  capabilities: {
    text: { max: 100_000, unit: "characters" }, subject: true, html: true, copies: true, media: null, typing: false, readReceipts: false, deliveryReceipts: true,
    start: true, ...WORDS_AND_FILES, resend: "safe", transport: "provider", perSecond: 10,
  },
  explain: () => null,
  verify: () => Promise.resolve(false),
  receive: () => Promise.resolve([]),
  send: (message) => {
    sent.push(message);
    return Promise.resolve(answer);
  },
});

let account: TestAccount;
beforeEach(async () => {
  channels["test-mail"] = mailbox;
  sent.length = 0;
  answer = { ok: true, externalId: "x" };
  account = await newAccount();
});
afterEach(() => { delete channels["test-mail"]; });

const connect = () => createConnection(account.account, mailbox.kind, { provider: "test-mail", name: "Help desk", address: "Help@Shop.example", settings: {} }, {}, Date.now());
const mail = { to: "ana@example.test", subject: "Hello", text: "Text" };

it("without a mailbox nothing is sent and nothing breaks", async () => {
  expect(await sendAccountMail(account.account, mail, Date.now())).toBe(false);
});

it("the account's own mailbox carries it", async () => {
  await connect();
  expect(await sendAccountMail(account.account, mail, Date.now())).toBe(true);
  expect(sent).toEqual([expect.objectContaining({ from: "help@shop.example", to: "ana@example.test", text: "Text", email: expect.objectContaining({ subject: "Hello", from: { name: "Help desk", address: "help@shop.example" } }) })]);
  expect(sent[0]!.email!.messageId).toMatch(/^<am_[a-z0-9]+@shop\.example>$/);
});

it("a mailbox that is switched off carries nothing", async () => {
  await updateConnection(account.account, await connect(), { status: "disabled" }, {});
  expect(await sendAccountMail(account.account, mail, Date.now())).toBe(false);
});

it("a refusal is answered, not thrown", async () => {
  await connect();
  answer = { ok: false, class: "auth", code: "401", detail: "bad key" };
  expect(await sendAccountMail(account.account, mail, Date.now())).toBe(false);
});

it("a member who asks for a reset gets a link by mail that works, a stranger gets none", async () => {
  await connect();
  expect((await call("/api/auth/reset-request", { json: { email: account.agent.email.toUpperCase() } })).status).toBe(202);
  expect((await call("/api/auth/reset-request", { json: { email: "stranger@example.test" } })).status).toBe(202);
  expect(sent.map(({ to }) => to)).toEqual([account.agent.email]);
  const token = /#token=([\w-]{43})/.exec(sent[0]!.text)![1];
  expect((await call("/api/auth/reset", { json: { token, password: "brand new password" } })).status).toBe(204);
  expect((await call("/api/auth/sign-in/email", { json: { email: account.agent.email, password: "brand new password" } })).status).toBe(200);
});
