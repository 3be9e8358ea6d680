import { afterEach, expect, it, vi } from "vitest";
import type { ConversationPage } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";
import { findConnection, openSettings, updateConnection } from "../../worker/db/connections";
import { newHook, type TestHook } from "../support/hooks";
import { fakeProvider, type Sent } from "../support/provider";
import { settles } from "../support/socket";

const HOUR_MS = 3_600_000;
const ended = () => Response.json({ code: 40105, message: "Access token is incorrect or has been revoked.", data: {} });
const ok = (data: object) => Response.json({ code: 0, message: "OK", data });
const isSend = ({ url, body }: Sent) => url.endsWith("/message/send/") && !body.includes("SENDER_ACTION");
const isRenewal = ({ url }: Sent) => url.endsWith("/refresh_token/");

let provider: ReturnType<typeof fakeProvider>, count = 0;
afterEach(() => { provider.restore(); vi.restoreAllMocks(); });

/** A TikTok account whose first access token has ended. `renewals` answers whoever asks for a new one. */
async function tokenEnded(renewals: () => Response): Promise<TestHook> {
  provider = fakeProvider((nth, sent) => {
    if (isRenewal(sent)) return renewals();
    if (isSend(sent)) return sent.token === "fresh-token" ? ok({ message: { message_id: `out-${nth}` } }) : ended();
    return ok({});
  });
  const hook = await newHook("tiktok");
  const row = (await findConnection(hook.account, hook.id))!;
  await updateConnection(hook.account, row, {}, undefined, { renewAt: Date.now() + HOUR_MS });
  return hook;
}
const granted = () => ok({ open_id: "b", access_token: "fresh-token", refresh_token: "fresh-refresh", expires_in: 86_400 });

async function conversationOf(hook: TestHook): Promise<string> {
  const posted = hook.forge.post({ id: `in-${Date.now()}-${++count}`, to: hook.address, from: `customer${count}` });
  expect((await hook.post(posted, hook.signed(posted))).status).toBe(200);
  const page = await vi.waitFor(async () => {
    const found = await (await hook.owner.fetch("/api/v1/conversations")).json<ConversationPage>();
    expect(found.items.length).toBeGreaterThan(0);
    return found;
  }, { timeout: 10_000, interval: 50 });
  return page.items[0]!.id;
}
const write = (hook: TestHook, id: string) => hook.owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "tiktok", text: "Yes, come by", undoMs: 0 } });
const ours = async (hook: TestHook, id: string) => (await (await hook.owner.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items.filter(({ direction }) => direction === "out");

it("a message that meets an ended access token renews it and goes out, once, and the new tokens are kept", async () => {
  const hook = await tokenEnded(granted);
  const id = await conversationOf(hook);
  expect((await write(hook, id)).status).toBe(201);
  await settles(async () => expect(await ours(hook, id)).toMatchObject([{ state: "sent", failure: null }]));
  expect([provider.sent.filter(isRenewal).length, provider.sent.filter(isSend).length]).toEqual([1, 2]);
  expect(await openSettings(hook.account, (await findConnection(hook.account, hook.id))!)).toMatchObject({ accessToken: "fresh-token", refreshToken: "fresh-refresh" });
  // The next one knows the new token at once.
  await write(hook, id);
  await settles(async () => expect((await ours(hook, id)).map(({ state }) => state)).toEqual(["sent", "sent"]));
  expect([provider.sent.filter(isRenewal).length, provider.sent.filter(isSend).length]).toEqual([1, 3]);
});

it("a message that cannot be helped says what an admin has to do, and what arrives meanwhile is kept", async () => {
  const hook = await tokenEnded(ended);
  const id = await conversationOf(hook);
  await write(hook, id);
  await settles(async () => expect(await ours(hook, id)).toMatchObject([{ state: "failed", failure: { class: "auth", code: "40105", sentence: expect.stringContaining("connect again") as string } }]));
  expect([provider.sent.filter(isRenewal).length, provider.sent.filter(isSend).length]).toEqual([1, 1]);
  const health = (await (await hook.owner.fetch(`/api/v1/connections/${hook.id}`)).json<{ health: { state: string } }>()).health;
  expect(health.state).toBe("failing");
  await conversationOf(hook);
  await vi.waitFor(async () => expect((await (await hook.owner.fetch("/api/v1/conversations")).json<ConversationPage>()).items).toHaveLength(2), { timeout: 10_000, interval: 50 });
});

it("tokens that an admin pastes bring the channel back: its health, what had failed, and what is written next", async () => {
  const hook = await tokenEnded(ended);
  const id = await conversationOf(hook);
  await write(hook, id);
  await settles(async () => expect(await ours(hook, id)).toMatchObject([{ state: "failed" }]));
  const health = async () => (await (await hook.owner.fetch(`/api/v1/connections/${hook.id}`)).json<{ health: { state: string } }>()).health.state;
  expect(await health()).toBe("failing");
  const settings = { accessToken: "fresh-token", refreshToken: "pasted-refresh" };
  expect((await hook.owner.fetch(`/api/v1/connections/${hook.id}`, { method: "PATCH", json: { settings } })).status).toBe(200);
  expect(await health()).toBe("unknown");
  const [failed] = await ours(hook, id);
  expect((await hook.owner.fetch(`/api/v1/conversations/${id}/messages/${failed!.id}/retry`, { method: "POST" })).status).toBe(200);
  await write(hook, id);
  await settles(async () => expect((await ours(hook, id)).map(({ state }) => state)).toEqual(["sent", "sent"]));
  await settles(async () => expect(await health()).toBe("healthy"));
  // The pasted ones are the newest there are: nothing older was put over them.
  expect(await openSettings(hook.account, (await findConnection(hook.account, hook.id))!)).toMatchObject(settings);
});
