import { randomUUID } from "node:crypto";
import type { Counts } from "./counting/report.ts";
import { COUNTING, openStage, until, type Answer, type Stage } from "./stage.ts";

export interface Measured { inbound: Counts; outbound: Counts; roundTrips: { inbound: number; inbox: number; conversation: number; send: number } }

/** Lists are folded into D1 at most once a second; after this long without a write everything has arrived. */
const QUIET_MS = 2_500;
const STATUSES = ["queued", "sent", "delivered"];
/** List prices in US dollars for a million rows written: https://developers.cloudflare.com/durable-objects/platform/pricing/ and /d1/platform/pricing/ */
export const ROW_PRICE = 1;

/** B10 and B11: what a known customer's message and our answer write and ask, each alone, so that folding helps nobody. */
export async function measureCounts(): Promise<Measured> {
  const stage = await openStage(COUNTING);
  try {
    await stage.write(1, "first words make contact, identity and conversation");
    await quiet(stage);
    const inbound = await during(stage, async () => { await stage.write(1, "a second message"); });
    const { items: [first] } = await stage.api<{ items: { id: string }[] }>("GET", "/conversations");
    const path = `/conversations/${first!.id}`;
    const message = () => ({ clientId: randomUUID(), channel: "sms", text: "our answer", undoMs: 0 });
    // The first one also makes what every later one finds.
    await stage.api("POST", `${path}/messages`, message());
    await until("the first send", () => stage.sent[0]);
    await quiet(stage);
    const outbound = await during(stage, async () => {
      await stage.api("POST", `${path}/messages`, message());
      const sent = await until("the send", () => stage.sent[1]);
      for (const status of STATUSES) await stage.report(sent, status);
    });
    return {
      inbound, outbound,
      roundTrips: {
        inbound: await trips(stage, () => stage.write(1, "a third message")),
        inbox: await trips(stage, () => read(stage, "/conversations")),
        conversation: await trips(stage, async () => sum(await read(stage, path), await read(stage, `${path}/entries`))),
        send: await trips(stage, () => stage.ask("POST", `/api/v1${path}/messages`, JSON.stringify(message()), { authorization: `Bearer ${stage.key}`, "content-type": "application/json" })),
      },
    };
  } finally {
    await stage.close();
  }
}

/** US dollars for the rows of a million messages, half of them inbound. */
export const priceOfMillion = ({ inbound, outbound }: Measured): number => ((rowsOf(inbound) + rowsOf(outbound)) / 2) * ROW_PRICE;
export const rowsOf = ({ objectRows, d1Rows }: Counts): number => objectRows + d1Rows;

const read = (stage: Stage, path: string): Promise<Answer> => stage.ask("GET", `/api/v1${path}`, undefined, { authorization: `Bearer ${stage.key}` });
const sum = (first: Answer, second: Answer): Answer => ({ ...second, headers: { "x-round-trips": String(Math.max(Number(first.headers["x-round-trips"]), Number(second.headers["x-round-trips"]))) } });
const counts = async (stage: Stage): Promise<Counts> => JSON.parse((await stage.ask("GET", "/api/count")).body) as Counts;

async function during(stage: Stage, act: () => Promise<void>): Promise<Counts> {
  await stage.ask("DELETE", "/api/count");
  await act();
  await quiet(stage);
  return counts(stage);
}

/** How many trips to D1 stood between a request and its answer. What work after an answer asks is waited for, not counted. */
async function trips(stage: Stage, act: () => Promise<Answer>): Promise<number> {
  await quiet(stage);
  await stage.ask("DELETE", "/api/count");
  return Number((await act()).headers["x-round-trips"]);
}

async function quiet(stage: Stage): Promise<void> {
  for (let seen = "", since = Date.now(); Date.now() - since < QUIET_MS;) {
    const now = JSON.stringify(await counts(stage));
    if (now !== seen) [seen, since] = [now, Date.now()];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
