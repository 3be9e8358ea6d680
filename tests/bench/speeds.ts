import { COUNTING, openStage, PRODUCT, until, type Answer, type Stage } from "./stage.ts";

const CONVERSATIONS = 200;
const IN_FLIGHT = 16;
const MESSAGES = 2_000;
/** Long enough for a 99th percentile that is not one odd moment. */
const LATENCY_MESSAGES = 1_000;
const SOCKETS = 1_000;
const BROADCASTS = 7;
const OPENINGS = 60;
const SHORT_THREAD = 100;
const LONG_THREAD = 100_000;

export interface Pair { ours: number; floor: number }
export interface Latency { p50: number; p99: number }

/**
 * B4: signed webhooks a second, until the last is answered and on an agent's socket; the floor does the same with its frames.
 * B5: milliseconds from the request to the frame, at a quarter of the floor's load.
 * B6: milliseconds from one event to the last of 1,000 sockets.
 */
export async function measureLive(): Promise<{ throughput: Pair; ours: Latency; floor: Latency; fanOut: Pair }> {
  const stage = await openStage(PRODUCT);
  try {
    const product = await productSide(stage);
    const floor = await floorSide(stage);
    // Contacts and conversations are there, code is warm: B4 is about messages.
    await inFlight(CONVERSATIONS, (index) => product.send(index, `warm ${index}`));
    await inFlight(CONVERSATIONS, (index) => floor.send(index, `warm ${index}`));
    const throughput = { floor: await throughputOf(floor), ours: await throughputOf(product) };
    const everyMs = (1000 / throughput.floor) * 4;
    const atFloor = await latencyOf(floor, everyMs);
    const ours = await latencyOf(product, everyMs);
    const fanOut = await measureFanOut(stage, product);
    return { throughput, ours, floor: atFloor, fanOut };
  } finally {
    await stage.close();
  }
}

/** What B4 and B5 drive: sends a text in one of the conversations, and tells when a frame carried it. */
interface Side { send(conversation: number, text: string): Promise<Answer>; seen: Map<string, number>; socket?: WebSocket }

async function productSide(stage: Stage): Promise<Side> {
  const seen = new Map<string, number>();
  const socket = await stage.socket("/live/feed?cursor=0");
  socket.addEventListener("message", ({ data }) => {
    const at = performance.now();
    const frame = JSON.parse(String(data)) as { rows?: { preview: { text: string } | null }[] };
    for (const row of frame.rows ?? []) if (row.preview) seen.set(row.preview.text, at);
  });
  return { send: stage.write, seen, socket };
}

async function floorSide(stage: Stage): Promise<Side> {
  const seen = new Map<string, number>();
  for (let index = 0; index < CONVERSATIONS; index++)
    (await stage.socket(`/floor/c${index}`)).addEventListener("message", ({ data }) => { seen.set(String(data), performance.now()); });
  return { send: (conversation, text) => stage.ask("POST", `/floor/c${conversation}`, text), seen };
}

async function throughputOf({ send, seen }: Side): Promise<number> {
  const started = performance.now();
  await inFlight(MESSAGES, (index) => send(index % CONVERSATIONS, `flood ${index}`));
  // A conversation's earlier rows may have been folded into its last.
  await until("every conversation's last frame", () => Array.from({ length: CONVERSATIONS }, (_, index) => `flood ${MESSAGES - 1 - index}`).every((text) => seen.has(text)) || undefined);
  return MESSAGES / ((performance.now() - started) / 1000);
}

/** Sends by the clock, not by the answers: a slow answer must not slow the load down. */
async function latencyOf({ send, seen }: Side, everyMs: number): Promise<Latency> {
  const sentAt: number[] = [];
  const answers: Promise<unknown>[] = [];
  const started = performance.now();
  for (let index = 0; index < LATENCY_MESSAGES; index++) {
    while (performance.now() < started + index * everyMs) await new Promise((resolve) => setTimeout(resolve, 1));
    sentAt.push(performance.now());
    answers.push(send(index % CONVERSATIONS, `paced ${index}`));
  }
  await Promise.all(answers);
  await until("the last frames", () => seen.has(`paced ${LATENCY_MESSAGES - 1}`) || undefined);
  const waits = sentAt.flatMap((at, index) => { const then = seen.get(`paced ${index}`); return then === undefined ? [] : [then - at]; }).sort((a, b) => a - b);
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
}

async function measureFanOut(stage: Stage, { socket: warm }: Side): Promise<Pair> {
  const frames = { ours: [] as number[], floor: [] as number[] };
  let bytes = 0;
  warm?.addEventListener("message", ({ data }) => { if (String(data).includes("fan ")) bytes = String(data).length; });
  const listen = async (path: string, into: number[]) => {
    for (let opened = 0; opened < SOCKETS; opened += 50)
      await Promise.all(Array.from({ length: 50 }, async () => (await stage.socket(path)).addEventListener("message", ({ data }) => { if (String(data).includes("fan ")) into.push(performance.now()); })));
  };
  await listen("/floor/crowd", frames.floor);
  await listen("/live/feed", frames.ours);
  const round = async (into: number[], act: () => Promise<unknown>): Promise<number> => {
    into.length = 0;
    const started = performance.now();
    await act();
    await until("all sockets", () => into.length >= SOCKETS || undefined);
    return into.at(-1)! - started;
  };
  const times = { ours: [] as number[], floor: [] as number[] };
  // Who is here is told to everyone in a window that grows with the sockets; wait until the crowd has settled.
  await new Promise((resolve) => setTimeout(resolve, SOCKETS * 7));
  for (let index = 0; index < BROADCASTS; index++) {
    times.ours.push(await round(frames.ours, () => stage.write(index, `fan ${index}`)));
    times.floor.push(await round(frames.floor, () => stage.ask("POST", "/floor/crowd", `fan ${index}`.padEnd(bytes, "."))));
  }
  return { ours: median(times.ours), floor: median(times.floor) };
}

/** B9: milliseconds to open a conversation: its row and its newest page. */
export async function measureLongThread(): Promise<Pair> {
  const stage = await openStage(COUNTING);
  try {
    await stage.write(1, "short");
    await stage.write(2, "long");
    const rows = await until("both conversations", async () => {
      const { items } = await stage.api<{ items: { id: string; preview: { text: string } }[] }>("GET", "/conversations");
      return items.length === 2 ? items : undefined;
    });
    const { account } = await stage.api<{ account: { id: string } }>("GET", "/me");
    const idOf = (text: string) => rows.find(({ preview }) => preview.text === text)!.id;
    for (const [text, entries] of [["short", SHORT_THREAD], ["long", LONG_THREAD]] as const) await stage.ask("GET", `/api/lengthen?name=${account.id}/${idOf(text)}&entries=${entries}`);
    const { items: newest } = await stage.api<{ items: { rev: number }[] }>("GET", `/conversations/${idOf("long")}/entries`);
    if (!newest.at(-1) || newest.at(-1)!.rev < LONG_THREAD) throw new Error("the long thread is not long");
    const open = async (text: string): Promise<number> => {
      const started = performance.now();
      await Promise.all([stage.api("GET", `/conversations/${idOf(text)}`), stage.api("GET", `/conversations/${idOf(text)}/entries`)]);
      return performance.now() - started;
    };
    const times = { short: [] as number[], long: [] as number[] };
    for (let index = 0; index < OPENINGS; index++) {
      times.short.push(await open("short"));
      times.long.push(await open("long"));
    }
    return { ours: median(times.long), floor: median(times.short) };
  } finally {
    await stage.close();
  }
}

async function inFlight(count: number, act: (index: number) => Promise<Answer>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const { status, body } = await act(index);
      if (status !== 200) throw new Error(`${status} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
const median = (values: readonly number[]): number => quantile([...values].sort((a, b) => a - b), 0.5);
