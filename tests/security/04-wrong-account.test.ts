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
  const { envelope = (body: string) => body } = FORGES[provider]!;
  const report = provider === "twilio"
    ? { type: "application/x-www-form-urlencoded", body: "MessageSid=SMvictim&MessageStatus=failed&ErrorCode=30003" }
    : { type: "application/json", body: envelope(JSON.stringify({ type: "email.bounced", created_at: new Date().toISOString(), data: { email_id: "x", to: ["a@example.com"], tags: { conversation, message: entry!.id } } })) };
  expect((await attacker.post(report, attacker.signed(report, Date.now(), query), query)).status).toBe(200);
  expect(await thread()).toBe(before);
  expect(await held(attacker.account)).toEqual(theirs);
  expect((await attacker.owner.fetch(`/api/v1/conversations/${conversation}`)).status).toBe(404);
});

/** What a page or number may say about a message: each names the message, and our reference to it. */
const sayings: Record<string, (address: string, target: string, reference: string) => object[]> = {
  whatsapp: (address, target, reference) => {
    const number = address.slice(1);
    const at = String(Math.floor(Date.now() / 1_000));
    const about = (value: object) => ({ object: "whatsapp_business_account", entry: [{ id: "2", changes: [{ field: "messages", value: { messaging_product: "whatsapp", metadata: { display_phone_number: number, phone_number_id: number }, ...value } }] }] });
    const message = (type: string, body: object) => about({ messages: [{ id: `wamid.${type}`, from: "14155550123", timestamp: at, type, [type]: body }] });
    return [
      about({ statuses: [{ id: target, status: "failed", timestamp: at, recipient_id: "14155550123", biz_opaque_callback_data: reference, errors: [{ code: 131026 }] }] }),
      about({ message_echoes: [{ id: "wamid.echo", from: number, to: "14155550123", timestamp: at, type: "text", text: { body: "ours?" }, biz_opaque_callback_data: reference }] }),
      message("reaction", { message_id: target, emoji: "🦄" }), message("edit", { original_message_id: target, message: { type: "text", text: { body: "changed" } } }), message("revoke", { original_message_id: target }),
    ];
  },
  ...Object.fromEntries([["messenger", "page"], ["instagram", "instagram"]].map(([provider, object]) => [provider!, (address: string, target: string, reference: string) => {
    const at = Date.now();
    const event = (fields: object, [sender, recipient] = ["5349573198712345", address]) => ({ object, entry: [{ id: address, time: at, messaging: [{ sender: { id: sender }, recipient: { id: recipient }, timestamp: at, ...fields }] }] });
    return [
      event({ message: { mid: "m_echo", is_echo: true, text: "ours?", metadata: reference } }, [address, "5349573198712345"]), event({ read: { mid: target, watermark: at } }), event({ delivery: { mids: [target], watermark: at } }),
      event({ reaction: { mid: target, action: "react", reaction: "other", emoji: "🦄" } }), event({ message_edit: { mid: target, text: "changed", num_edit: 9 } }), event({ message: { mid: target, is_deleted: true } }),
    ];
  }])),
  tiktok: (address, target) => {
    const at = Date.now();
    const about = (event: string, fields: object, by: "customer" | "shop" = "customer") => {
      const [customer, shop] = [{ id: "customer", role: "personal_account" }, { id: "shop", role: "business_account" }];
      const content = { from: by, to: by === "shop" ? "customer" : "shop", conversation_id: "customer+talk==", timestamp: at, from_user: by === "shop" ? shop : customer, to_user: by === "shop" ? customer : shop, ...fields };
      return { client_key: "7493100000000000000", event, create_time: Math.floor(at / 1_000), user_openid: address, content: JSON.stringify(content) };
    };
    return [
      about("im_receive_msg", { message_id: "reaction-1", type: "reaction", reaction: [{ operation: "ADD", type: "EMOJI", emoji: "🦄", unique_identifier: "customer", timestamp: at, original_msg_id: target }] }),
      about("im_mark_read_msg", { read: { last_read_timestamp: at } }), about("im_send_msg", { message_id: target, type: "text", text: { body: "ours?" } }, "shop"),
    ];
  },
};

it.each(Object.keys(sayings))("4: %s cannot report on, react to, change or unsend another account's messages, or a sibling's, by naming them", async (provider) => {
  const victim = await newHook(provider);
  const [stranger, sibling] = [await newHook(provider), await newHook(provider, { account: victim.owner })];
  await say(victim, { id: "SMvictim", words: "hello" });
  const { items: [contact] } = await (await victim.owner.fetch("/api/v1/contacts")).json<{ items: { conversationId: string }[] }>();
  const entries = async () => (await (await victim.owner.fetch(`/api/v1/conversations/${contact!.conversationId}/entries`)).json<{ items: { id: string; connectionId: string }[] }>()).items.filter(({ connectionId }) => connectionId === victim.id);
  const before = await entries();
  for (const attacker of [stranger, sibling]) {
    for (const said of sayings[provider]!(attacker.address, "SMvictim", `${contact!.conversationId}:${before[0]!.id}`)) {
      const posted = { type: "application/json", body: JSON.stringify(said) };
      expect((await attacker.post(posted, attacker.signed(posted))).status).toBe(200);
    }
  }
  expect(before).toHaveLength(1);
  expect(await entries()).toEqual(before);
});
