import { beforeAll, describe, expect, it } from "vitest";
import { measureCounts, priceOfMillion, rowsOf, type Measured } from "./counts.ts";
import { limitOf } from "./goals.ts";

let measured: Measured;
beforeAll(async () => { measured = await measureCounts(); });
const detail = (side: "inbound" | "outbound"): string => JSON.stringify(measured[side].byTable);

describe("what a message costs", () => {
  it("a customer's message writes few rows", () => expect(rowsOf(measured.inbound), detail("inbound")).toBeLessThanOrEqual(limitOf("rowsInbound")));
  it("our answer with three statuses writes few rows", () => expect(rowsOf(measured.outbound), detail("outbound")).toBeLessThanOrEqual(limitOf("rowsOutbound")));
  it("a million messages stay affordable", () => expect(priceOfMillion(measured)).toBeLessThanOrEqual(limitOf("dollarsPerMillion")));
  it("the counter sees every database", () => expect(Math.min(measured.inbound.objectRows, measured.inbound.d1Rows)).toBeGreaterThan(0));
});

describe("how often an answer waits for D1", () => {
  it("a webhook", () => expect(measured.roundTrips.inbound).toBeLessThanOrEqual(limitOf("tripsInbound")));
  it("the inbox", () => expect(measured.roundTrips.inbox).toBeLessThanOrEqual(limitOf("tripsInbox")));
  it("a conversation", () => expect(measured.roundTrips.conversation).toBeLessThanOrEqual(limitOf("tripsConversation")));
  it("a send", () => expect(measured.roundTrips.send).toBeLessThanOrEqual(limitOf("tripsSend")));
});
