import { expect, it, vi } from "vitest";
import { newConversation, newDesk } from "../support/conversation";
import { crash } from "../support/crash";
import { fakeProvider } from "../support/provider";

const NOW = Date.UTC(2026, 10, 22);
const desk = await newDesk();
const { account } = desk;
let count = 0;
/** A connection object of its own: only its name matters here. */
const fresh = () => {
  const id = `ch_${++count}`;
  return () => account.connection(id);
};
const line = (outcome: "stored" | "refused", id = crypto.randomUUID()) => ({ id, at: new Date(NOW).toISOString(), outcome, events: [], detail: null, conversationId: null });

it("slots are handed out at the connection's rate, to everybody in turn", async () => {
  const connection = fresh();
  const slots = await Promise.all(Array.from({ length: 5 }, () => connection().reserve(NOW, 10)));
  expect(slots.toSorted()).toEqual([0, 100, 200, 300, 400].map((wait) => NOW + wait));
  expect(await connection().reserve(NOW + 60_000, 10)).toBe(NOW + 60_000);
});

it("a pause that the provider asked for survives a crash", async () => {
  const connection = fresh();
  await connection().slowDown(NOW + 30_000);
  await crash();
  expect(await connection().reserve(NOW, 10)).toBe(NOW + 30_000);
});

it("after the provider said slow down, nobody gets an earlier slot; an older word does not shorten it", async () => {
  const connection = fresh();
  await connection().slowDown(NOW + 30_000);
  await connection().slowDown(NOW + 10_000);
  expect(await connection().reserve(NOW, 10)).toBe(NOW + 30_000);
});

it("health says what is wrong and recovers", async () => {
  const connection = fresh();
  const state = async () => (await connection().health(NOW)).state;
  expect(await state()).toBe("unknown");
  await connection().sent(NOW, "The credentials were refused.");
  expect(await state()).toBe("warning");
  await connection().sent(NOW, "The credentials were refused.");
  await connection().sent(NOW, "The credentials were refused.");
  expect(await connection().health(NOW)).toMatchObject({ state: "failing", sentence: "The credentials were refused." });
  await connection().sent(NOW, null);
  expect(await state()).toBe("healthy");
});

it("refused credentials fail the connection at once and say how to go on; a message that goes out ends it", async () => {
  const connection = fresh();
  await connection().sent(NOW, "The token has expired.", "auth");
  expect(await connection().health(NOW)).toMatchObject({ state: "failing", sentence: "Reconnect this channel: its credentials were refused. The token has expired." });
  await connection().sent(NOW, "The number is not verified.");
  expect(await connection().health(NOW)).toMatchObject({ state: "failing", sentence: expect.stringContaining("The token has expired.") });
  await connection().sent(NOW, null);
  expect((await connection().health(NOW)).state).toBe("healthy");
});

it("one message that the provider refuses for its credentials is enough to fail the connection", async () => {
  const provider = fakeProvider(() => Response.json({ code: 20_003, message: "Authenticate" }, { status: 401 }));
  const shop = await newDesk();
  const { submit } = await newConversation(shop);
  await submit("Is anybody there?");
  await vi.waitFor(async () => expect(await shop.account.connection(shop.lines.twilio.id).health(Date.now())).toMatchObject({ state: "failing", sentence: expect.stringMatching(/^Reconnect this channel/) }));
  provider.restore();
});

it("what the provider said of the connection is shown for three days, the newest word only", async () => {
  const connection = fresh();
  await connection().sent(NOW, null);
  await connection().noticed("The quality of this number is low.", NOW);
  await connection().noticed("The quality of this number is medium.", NOW - 1);
  expect(await connection().health(NOW)).toMatchObject({ state: "warning", sentence: "The quality of this number is low." });
  expect((await connection().health(NOW + 3 * 86_400_000)).state).toBe("healthy");
});

it("a token that has ended fails the connection, whatever went well before", async () => {
  const connection = fresh();
  await connection().sent(NOW, null);
  expect(await connection().health(NOW, NOW + 1)).toMatchObject({ state: "healthy", tokenExpiresAt: new Date(NOW + 1).toISOString() });
  expect(await connection().health(NOW, NOW)).toMatchObject({ state: "failing", sentence: "The access token ended on 22 November 2026. Reconnect this channel with a new one." });
});

it("what failed with old secrets is not held against new ones; a renewed token clears it too", async () => {
  const connection = fresh();
  await connection().sent(NOW, "The token has expired.", "auth");
  await connection().record([line("refused"), line("refused"), line("refused")], NOW);
  await connection().replaced(NOW + 1, false);
  expect(await connection().health(NOW + 1)).toMatchObject({ state: "unknown", signatureFailures: 3 });
  await connection().sent(NOW, "The token has expired.", "auth");
  await connection().renewed(NOW, "new");
  expect((await connection().health(NOW + 1)).state).toBe("unknown");
});

it("new credentials are not called well before the provider has taken them", async () => {
  const connection = fresh();
  const health = async () => { const { state, sentence } = await connection().health(NOW); return [state, sentence]; };
  await connection().sent(NOW, null);
  expect(await health()).toEqual(["healthy", "All is well."]);
  await connection().replaced(NOW, true);
  // What arrives says nothing of the credentials we send with.
  await connection().record([line("stored")], NOW);
  expect(await health()).toEqual(["unknown", expect.stringContaining("not been tried")]);
  await connection().rejected("The token is wrong. Enter another one.");
  await crash();
  expect(await health()).toEqual(["failing", "The token is wrong. Enter another one."]);
  await connection().accepted();
  expect(await health()).toEqual(["healthy", "All is well."]);
  await connection().rejected("The token is wrong. Enter another one.");
  await connection().sent(NOW + 1, null);
  expect(await health()).toEqual(["healthy", "All is well."]);
});

it("health survives a crash", async () => {
  const connection = fresh();
  await connection().sent(NOW, "The token has expired.", "auth");
  await crash();
  expect((await connection().health(NOW)).state).toBe("failing");
});

it("several wrong signatures with nothing accepted since mean a wrong secret; one accepted webhook ends that", async () => {
  const connection = fresh();
  await connection().record([line("refused"), line("refused"), line("refused")], NOW);
  expect(await connection().health(NOW)).toMatchObject({ state: "failing", signatureFailures: 3 });
  await connection().record([line("stored")], NOW + 1);
  expect((await connection().health(NOW + 1)).state).toBe("healthy");
});

it("the log gives the newest lines first", async () => {
  const connection = fresh();
  await connection().record([line("stored", "a"), line("stored", "b")], NOW);
  await connection().record([line("stored", "c")], NOW);
  expect((await connection().lines(2)).map(({ id }) => id)).toEqual(["c", "b"]);
});
