import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import type { Threads, WorldMessage } from "../../simulator/api.ts";
import { startApp } from "./support/app";
import { becomes, entriesOf, eventually, phoneNumbers, texts, words } from "./support/customers";
import { line, open, thread } from "./support/desk";
import { contextAt, signIn, test, toolsFor } from "./support/test";

const number = phoneNumbers(404);
/** Enough that some are on their way whatever the moment of the cut. */
const EACH_WAY = 8;
/** Into the middle of them: the first answers are there, the last are not. */
const ANSWERED_BEFORE_CUT = 3;
/** An alarm that the cut took away is noticed after a minute; the queue goes on then at the latest. */
const NOTICED_MS = 90_000;
const STORM = { provider: "twilio", latencyMs: 400, duplicate: 0.5, reorder: 0.2, seed: 7 };

describe("a power cut in the middle", () => {
  test("loses nothing, doubles nothing, and the open page comes back by itself", { timeout: 2 * NOTICED_MS }, async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "switchboard-cut-"));
    let app = await startApp({ stateDir, canBeKilled: true });
    const { url } = app;
    const context = await contextAt(url);
    try {
      const tools = toolsFor(url);
      const from = number();
      const id = await texts(tools, from, words("Before the storm"));
      await signIn(context, url, "agent");
      const page = await context.newPage();
      await open(page, id);
      await tools.world("/weather", STORM);

      const outgoing = Array.from({ length: EACH_WAY }, (_, n) => ({ clientId: randomUUID(), channel: "sms", text: `answer ${n}`, undoMs: 0 }));
      // A person's app repeats what was not answered, under the same id.
      const submit = () => Promise.allSettled(outgoing.map((draft) => tools.api("POST", `/conversations/${id}/messages`, draft)));
      let answered = 0;
      const cut = Promise.withResolvers<void>();
      const asking = outgoing.map(async (draft) => {
        // The cut takes the rest of the answers away.
        const answer = await tools.api("POST", `/conversations/${id}/messages`, draft).catch(() => null);
        if (answer && ++answered === ANSWERED_BEFORE_CUT) cut.resolve();
      });
      const writing = Array.from({ length: EACH_WAY }, (_, n) => tools.world("/twilio/inbound", { from, text: `question ${n}` }).catch(() => undefined));
      await cut.promise;
      await app.kill();
      await Promise.all([...asking, ...writing]);

      app = await startApp({ stateDir, port: Number(new URL(url).port), canBeKilled: true });
      await tools.world("/weather", {});
      expect((await submit()).filter(({ status }) => status === "rejected")).toEqual([]);

      const phone = async () => (await tools.world<Threads>("/threads")).phones.find(({ customer }) => customer === from)!.messages;
      const written = (messages: WorldMessage[]) => messages.filter(({ by }) => by === "customer").map(({ text }) => text).sort();
      const received = (messages: WorldMessage[]) => messages.filter(({ by }) => by === "app").map(({ text }) => text).sort();
      const entries = async (direction: "in" | "out") => (await entriesOf(tools, id)).filter((entry) => entry.direction === direction);
      // What the customer wrote is there once.
      await becomes(async () => (await entries("in")).map(({ text }) => text).sort(), written(await phone()), "what the customer wrote");
      // What we wrote has arrived once and says so, or says that nobody knows yet: what the cut interrupted is decided when its lease ends.
      const { all, arrived } = await eventually(async () => {
        const found = { all: await entries("out"), arrived: received(await phone()) };
        const honest = found.all.every(({ state, text }) => state === "sending" || state === "unknown" || (found.arrived.includes(text) && state === "delivered"));
        return honest && found.all.some(({ state }) => state === "delivered") ? found : null;
      }, "an honest state of every answer", NOTICED_MS);
      expect(all.map(({ text }) => text).sort()).toEqual(outgoing.map(({ text }) => text).sort());
      expect(new Set(arrived).size).toBe(arrived.length);

      const last = words("Still there?");
      await texts(tools, from, last);
      await line(page, last).waitFor();
      const fresh = await context.newPage();
      await open(fresh, id);
      await line(fresh, last).waitFor();
      const shown = (which: typeof page) => thread(which).locator("[data-entry]").evaluateAll((rows) => rows.map((row) => `${row.getAttribute("data-entry")} ${row.querySelector("[dir=auto]")?.textContent}`));
      await becomes(() => shown(page), await shown(fresh), "the page that was open all the time");
    } finally {
      await context.close();
      await app.stop();
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});
