import { expect, it, describe } from "vitest";
import { newAccount } from "../support/account";
import { FORGES, held, newHook, signing, wordsIn, type TestHook } from "../support/hooks";

/** 4 and 5: a signature proves one connection and nothing beyond it; ids that others choose belong to one connection each. */

const words = (hook: TestHook) => wordsIn(hook.owner);
const say = async (hook: TestHook, about: { id: string; to?: string; from?: string; words: string }) => {
  const posted = hook.forge.post({ to: hook.address, ...about });
  return (await hook.post(posted, hook.signed(posted))).status;
};

const carrying = signing.filter(({ forge }) => forge.carriesMessages);

describe.each(carrying)("$provider", ({ provider }) => {
  it("4: a true signature that names another account's address goes to neither", async () => {
    const [ours, theirs] = [await newHook(provider), await newHook(provider)];
    const before = [await held(ours.account), await held(theirs.account)];
    expect(await say(ours, { id: "SMforeign", to: theirs.address, words: "for you?" })).toBe(200);
    expect([await held(ours.account), await held(theirs.account)]).toEqual(before);
  });

  it("5: the same id from two accounts is two messages, whoever is first", async () => {
    const [ours, theirs] = [await newHook(provider), await newHook(provider)];
    expect([await say(ours, { id: "SMclaimed", words: "claimed first" }), await say(theirs, { id: "SMclaimed", words: "the true one" })]).toEqual([200, 200]);
    expect([await words(ours), await words(theirs)]).toEqual([["claimed first"], ["the true one"]]);
  });

  it("5: the same id over two connections of one account is two messages", async () => {
    const account = await newAccount();
    const [one, two] = [await newHook(provider, { account }), await newHook(provider, { account })];
    await say(one, { id: "SMtwice", words: "over the first" });
    await say(two, { id: "SMtwice", words: "over the second" });
    expect(await wordsIn(account)).toEqual(["over the first", "over the second"]);
  });
});

it.each(Object.keys(FORGES))("4: %s cannot move or make anything by naming another account's conversation", async (provider) => {
  const [attacker, victim] = [await newHook(provider), await newHook("twilio")];
  await say(victim, { id: "SMvictim", words: "hello" });
  const { items: [contact] } = await (await victim.owner.fetch("/api/v1/contacts")).json<{ items: { conversationId: string }[] }>();
  const conversation = contact!.conversationId;
  const { items: [entry] } = await (await victim.owner.fetch(`/api/v1/conversations/${conversation}/entries`)).json<{ items: { id: string }[] }>();
  const thread = async () => (await victim.owner.fetch(`/api/v1/conversations/${conversation}/entries`)).text();
  const [before, theirs] = [await thread(), await held(attacker.account)];
  const query = `?ref=${encodeURIComponent(`${conversation}:${entry!.id}`)}`;
  const report = provider === "twilio"
    ? { type: "application/x-www-form-urlencoded", body: "MessageSid=SMvictim&MessageStatus=failed&ErrorCode=30003" }
    : { type: "application/json", body: JSON.stringify({ type: "email.bounced", created_at: new Date().toISOString(), data: { email_id: "x", to: ["a@example.com"], tags: { conversation, message: entry!.id } } }) };
  expect((await attacker.post(report, attacker.signed(report, Date.now(), query), query)).status).toBe(200);
  expect(await thread()).toBe(before);
  expect(await held(attacker.account)).toEqual(theirs);
  expect((await attacker.owner.fetch(`/api/v1/conversations/${conversation}`)).status).toBe(404);
});
