import { expect, it } from "vitest";
import { take, type Bucket } from "../../worker/domain/bucket";

const RATE = { burst: 3, perSecond: 1 };

it("lets a burst through, then one a second, and never saves up more than the burst", () => {
  let bucket: Bucket | undefined;
  const at = (now: number) => { const answer = take(bucket, RATE, now); bucket = answer.bucket; return answer.allowed; };
  expect([at(0), at(0), at(0), at(0)]).toEqual([true, true, true, false]);
  expect([at(1_000), at(1_000)]).toEqual([true, false]);
  expect([at(60_000), at(60_000), at(60_000), at(60_000)]).toEqual([true, true, true, false]);
});

it("a clock that steps back gives nothing away", () => {
  const { bucket } = take({ tokens: 0, at: 10_000 }, RATE, 5_000);
  expect(bucket.tokens).toBe(0);
});
