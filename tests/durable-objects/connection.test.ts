import { expect, it } from "vitest";
import { newDesk } from "../support/conversation";
import { crash } from "../support/crash";

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
