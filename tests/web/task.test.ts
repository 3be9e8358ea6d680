import { expect, it } from "vitest";
import { ApiProblem } from "../../web/lib/api";
import { createTask } from "../../web/lib/task";

const REFUSED = new ApiProblem(422, "invalid-request", "That number is taken.");

it("a second press while the first is under way does nothing", async () => {
  let answer = () => undefined as void;
  let asked = 0;
  const { isBusy, run } = createTask(() => undefined);
  const first = run(() => new Promise<void>((resolve) => { asked++; answer = resolve; }));
  expect(isBusy()).toBe(true);
  await run(async () => { asked++; });
  expect(asked).toBe(1);
  answer();
  await first;
  expect(isBusy()).toBe(false);
  await run(async () => { asked++; });
  expect(asked).toBe(2);
});

it("a refusal is said, and the next press is taken", async () => {
  const said: string[] = [];
  const { isBusy, run } = createTask(({ detail }) => said.push(detail));
  await run(async () => { throw REFUSED; });
  expect(said).toEqual(["That number is taken."]);
  expect(isBusy()).toBe(false);
});

it("what is no refusal is an accident and thrown on", async () => {
  const said: string[] = [];
  const { isBusy, run } = createTask(({ detail }) => said.push(detail));
  await expect(run(async () => { throw new TypeError("broken"); })).rejects.toThrow("broken");
  expect(said).toEqual([]);
  expect(isBusy()).toBe(false);
});
