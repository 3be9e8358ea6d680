import { measureCounts, priceOfMillion, rowsOf } from "../tests/bench/counts.ts";
import { GOALS, type Goal } from "../tests/bench/goals.ts";
import { inboxSizes, widgetSizes, workerBytes } from "../tests/bench/sizes.ts";
import { measureLargeFile } from "../tests/bench/files.ts";
import { measureLive, measureLongThread } from "../tests/bench/speeds.ts";
import { startApp } from "../tests/e2e/support/app.ts";
import { buildScreens, root } from "./build.ts";

// Prints `name  value  unit  floor-or-peer  ratio`. Sizes and counts also fail `npm test`; speeds only mean something as ratios.
const PARTS = { sizes, counts, thread, live, files, start };

/** Peers' sizes as measured in 2026, JS and CSS after brotli, import closure: see tests/bench/README.md. */
const PEERS = { loader: ["Chatwoot", 8_300], widget: ["LibreDesk", 195_000], list: ["LibreDesk", 499_000], signIn: ["Chatwoot", 1_334_000] } as const;

const only = process.argv.slice(2).filter((name) => !name.startsWith("-"));
await buildScreens();
for (const [name, part] of Object.entries(PARTS)) if (only.length === 0 || only.includes(name)) await part();
process.exit(0);

async function sizes(): Promise<void> {
  const { loader, widget } = widgetSizes(`${root}web/dist`);
  const { list, signIn } = inboxSizes(`${root}web/dist`);
  line("B1 widget loader", loader, "bytes", ...PEERS.loader);
  line("B1 opened widget", widget.bytes, "bytes", ...PEERS.widget);
  line("B2 inbox to a usable list", list.bytes, "bytes", ...PEERS.list);
  line("B2 sign-in page", signIn.bytes, "bytes", ...PEERS.signIn);
  goal("B3 Worker bundle, gzip", await workerBytes(root), "bytes", "workerBytes");
}

async function counts(): Promise<void> {
  const measured = await measureCounts();
  const { inbound, outbound, roundTrips } = measured;
  goal("B10 rows, inbound message", rowsOf(inbound), "rows", "rowsInbound");
  goal("B10 rows, outbound, 3 statuses", rowsOf(outbound), "rows", "rowsOutbound");
  goal("B10 rows of 1 M messages", priceOfMillion(measured), "USD", "dollarsPerMillion");
  goal("B11 D1 trips, inbound webhook", roundTrips.inbound, "trips", "tripsInbound");
  goal("B11 D1 trips, open inbox", roundTrips.inbox, "trips", "tripsInbox");
  goal("B11 D1 trips, open conversation", roundTrips.conversation, "trips", "tripsConversation");
  goal("B11 D1 trips, send", roundTrips.send, "trips", "tripsSend");
}

async function thread(): Promise<void> {
  const { ours, floor } = await measureLongThread();
  line("B9 open 100,000 entries", ours, "ms", "100 entries", floor);
}

async function live(): Promise<void> {
  const { throughput, ours, floor, fanOut } = await measureLive();
  line("B4 webhooks, 16 in flight", throughput.ours, "per s", "floor", throughput.floor);
  line("B5 webhook to frame, p50", ours.p50, "ms", "floor", floor.p50);
  line("B5 webhook to frame, p99", ours.p99, "ms", "floor", floor.p99);
  line("B6 event to 1,000 sockets", fanOut.ours, "ms", "floor", fanOut.floor);
}

async function files(): Promise<void> {
  const measured = await measureLargeFile();
  for (const [step, what] of [["upload", "taken in"], ["fetched", "fetched"], ["resend", "mailed"], ["ses", "mailed raw"]] as const) {
    line(`B14 25 MB ${what}`, measured[step].ms, "ms", "goal", 10_000);
    line(`B14 memory while ${what}`, measured[step].peakMb, "MB", "goal", 16);
  }
}

async function start(): Promise<void> {
  const app = await startApp();
  await app.stop();
  line("B15 start to ready", app.readyMs, "ms", "goal", 15_000);
}

function goal(name: string, value: number, unit: string, of: Goal): void {
  line(name, value, unit, "goal", GOALS[of]);
}

function line(name: string, value: number, unit: string, against: string, its: number): void {
  const figure = (number: number): string => (Number.isInteger(number) || number >= 100 ? Math.round(number).toLocaleString("en") : number.toFixed(1));
  const ratio = its === 0 ? (value === 0 ? "1.00" : "over") : (value / its).toFixed(2);
  console.log([name.padEnd(34), figure(value).padStart(10), unit.padEnd(6), `${against} ${figure(its)}`.padEnd(24), ratio].join("  "));
}
