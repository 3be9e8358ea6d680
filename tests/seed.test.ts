import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { patiently, PATIENCE_MS } from "../scripts/seed/asking.ts";
import { beginState, completeState } from "../scripts/seed/unfinished.ts";

/** A clock that only pauses move. */
function clock() {
  let now = 0;
  return { now: () => now, pause: (ms: number) => { now += ms; return Promise.resolve(); } };
}
const answers = (...statuses: number[]) => {
  const asked: number[] = [];
  return { asked, ask: () => { const status = statuses[Math.min(asked.length, statuses.length - 1)]!; asked.push(status); return Promise.resolve(new Response(null, { status })); } };
};

describe("filling a demo", () => {
  it.each([503, 502, 504, 429])("asks again what was refused with %i only for now", async (status) => {
    const { ask, asked } = answers(status, status, 200);
    expect((await patiently(ask, clock())).status).toBe(200);
    expect(asked).toEqual([status, status, 200]);
  });

  it.each([200, 400, 404, 409, 500])("takes %i for an answer", async (status) => {
    const { ask, asked } = answers(status);
    expect((await patiently(ask, clock())).status).toBe(status);
    expect(asked).toHaveLength(1);
  });

  it("does not wait for ever", async () => {
    const time = clock();
    const { ask } = answers(503);
    expect((await patiently(ask, time)).status).toBe(503);
    expect(time.now()).toBeLessThanOrEqual(PATIENCE_MS);
  });
});

describe("a demo's state", () => {
  const root = mkdtempSync(join(tmpdir(), "switchboard-seed-"));
  const state = join(root, "demo");
  const work = join(state, "db");
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  it("that was stopped while it was being filled begins anew", () => {
    beginState(state);
    writeFileSync(work, "half");
    beginState(state);
    expect(existsSync(work)).toBe(false);
  });

  it("that is whole is kept, whoever starts it again", () => {
    beginState(state);
    writeFileSync(work, "whole");
    completeState(state);
    beginState(state);
    expect(existsSync(work)).toBe(true);
  });
});
