import { vi } from "vitest";
import { draws } from "./draw";
import { json, type Asked, type Line, type Says, type Sending } from "./line";
import { LINES, lineOf, type LineName } from "./lines";

/** What a provider says of a message later; in its own words. `at`: when it happened, by the provider's clock. */
export interface Report { deliveryId: string; word: string; says: Says; isWatermark: boolean; at: number; heard: boolean; tries: number }

/** A message a provider has taken: at most one may exist unless a person was told otherwise. */
export interface Delivery { id: string; entryId: string; provider: LineName; to: string; words: string; reference: string; statusUrl: string; at: number; reports: Report[] }

/** One request to send. `answer`: what the app could know of it, had it lived. */
export interface Call { entryId: string; provider: LineName; to: string; body: string; key: string | null; delivery: Delivery | null; answer: "taken" | "refused" | "later" | "none"; at: number }

type Fate = "take" | "report first" | "lose the answer" | "lose the request" | "busy" | "busy, wait" | "refuse" | "unavailable" | "break after taking" | "hang after taking" | "hang";

const FATES: readonly (readonly [number, Fate])[] = [
  [40, "take"], [10, "report first"], [8, "lose the answer"], [5, "lose the request"], [5, "busy"], [5, "busy, wait"], [7, "refuse"], [5, "unavailable"], [5, "break after taking"], [6, "hang after taking"], [4, "hang"],
];
/** How long a provider waits for its own report to be heard before it answers, in polls of a millisecond or more. */
const POLLS = 100;
const PATIENCE_MS = 30_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a message says is nobody else's in the whole run: by it a request is recognised, whatever else it carries. */
const WORDS = /\bw[0-9a-z]{4}q\d+\b/;

/** The providers as far as sending goes, behind `fetch`: they answer as their documents say, or badly, as each message's luck says. */
export class Providers {
  readonly calls: Call[] = [];
  readonly deliveries: Delivery[] = [];
  /** Reports on their way to us. */
  readonly reports: Report[] = [];
  /** Those that must come before the answer to the request they are about. */
  readonly urgent: Report[] = [];
  /** By entry id: the seed of what befalls a message. */
  readonly luck = new Map<string, number>();
  /** By words: the entry that says them. */
  readonly expected = new Map<string, string>();
  /** Numbers that Twilio blocks by itself. */
  readonly stopped = new Set<string>();
  /** Whose access has ended. */
  readonly expired = new Set<LineName>();
  /** All that left us, word for word. */
  readonly wire: string[] = [];
  /** Nothing goes wrong any more. */
  calm = false;
  /** Called for each request to send, before it is judged; `entryId` is null when nobody wrote these words. */
  onCall: (call: { entryId: string | null; provider: LineName; to: string }) => void = () => {};
  private readonly known = new Map<string, { body: string; delivery: Delivery }>();
  private readonly files = new Map<string, number>();
  private readonly spy: { mockRestore(): void };
  private running = 0;
  private epoch = 0;
  private count = 0;

  constructor(private readonly name: string) {
    this.spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const asked = new Request(input as RequestInfo, init);
      const epoch = this.epoch;
      this.running++;
      try {
        return await this.answer(asked);
      } finally {
        if (epoch === this.epoch) this.running--;
      }
    });
  }

  get isIdle(): boolean { return this.running === 0; }
  /** Those who called are dead: nobody hears the answers. */
  forgetCallers(): void { this.epoch++; this.running = 0; }
  restore(): void { this.spy.mockRestore(); }

  /** The name of a file that is not there the first `misses` times. */
  file(misses: number): string {
    const name = `ME${this.name}x${++this.count}`;
    this.files.set(name, misses);
    return name;
  }

  deliveriesOf = (entryId: string): Delivery[] => this.deliveries.filter((one) => one.entryId === entryId);
  callsOf = (entryId: string): Call[] => this.calls.filter((one) => one.entryId === entryId);
  deliveryOf = (report: Report): Delivery => this.deliveries.find(({ id }) => id === report.deliveryId)!;

  private async answer(request: Request): Promise<Response> {
    const asked: Asked = { url: new URL(request.url), method: request.method, headers: request.headers, body: new TextDecoder().decode(await request.arrayBuffer()) };
    this.wire.push(`${asked.url.href}\n${asked.body}`);
    for (const provider of Object.keys(LINES) as LineName[]) {
      const line = lineOf(provider);
      const sending = line.reads(asked);
      if (sending) return this.send(provider, line, sending, asked.body);
      const served = line.serves?.(asked, (file) => this.serve(file));
      if (served) return served;
    }
    return json({});
  }

  private serve(name: string): Response {
    const misses = this.files.get(name) ?? 0;
    this.files.set(name, misses - 1);
    return misses > 0 ? new Response("not yet", { status: 404 }) : new Response(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), { headers: { "content-type": "image/jpeg" } });
  }

  private send(provider: LineName, line: Line, sending: Sending, body: string): Response | Promise<Response> {
    const { to, key = null } = sending;
    const words = WORDS.exec(body)?.[0] ?? "";
    const entryId = this.expected.get(words) ?? null;
    this.onCall({ entryId, provider, to });
    // A send that an earlier test left behind may still knock.
    if (entryId === null) return new Response(null, { status: 503 });
    const call: Call = { entryId, provider, to, body, key, delivery: null, answer: "none", at: Date.now() };
    this.calls.push(call);
    const { refuses } = line;
    if (this.expired.has(provider)) return said(call, "refused", refuses.token({}));
    if (provider === "twilio" && this.stopped.has(to)) return said(call, "refused", json({ code: 21610, message: "unsubscribed" }, 400));
    const before = key ? this.known.get(key) : undefined;
    if (before && before.body !== body) return said(call, "refused", json({ name: "invalid_idempotent_request", message: "different body" }, 409));
    const take = () => {
      call.delivery = before?.delivery ?? this.take(call, line, sending, words);
      if (key) this.known.set(key, { body, delivery: call.delivery });
      return call.delivery;
    };
    return this.judge(call, line, take);
  }

  private async judge(call: Call, { takes, refuses }: Line, take: () => Delivery): Promise<Response> {
    const chance = draws((this.luck.get(call.entryId) ?? 0) + 7_919 * this.callsOf(call.entryId).length);
    const fate: Fate = this.calm ? "take" : chance.weighted(FATES);
    switch (fate) {
      case "take": return said(call, "taken", takes(take().id));
      case "report first": {
        const delivery = take();
        const first = delivery.reports.find(({ heard }) => !heard);
        if (first) this.urgent.push(first);
        for (let poll = 0; first && !first.heard && poll < POLLS; poll++) await sleep(1);
        return said(call, "taken", takes(delivery.id));
      }
      case "lose the answer": take(); throw new Error("connection reset");
      case "lose the request": throw new Error("connection refused");
      case "busy": return said(call, "later", refuses.busy({}));
      case "busy, wait": return said(call, "later", refuses.busy({ "retry-after": String(1 + chance.below(90)) }));
      case "refuse": return said(call, "refused", refuses["for good"]({}));
      case "unavailable": return said(call, refuses.unavailable.answer, refuses.unavailable.response());
      case "break after taking": take(); return new Response("<html>bad gateway</html>", { status: 502 });
      case "hang after taking": take(); return this.hang();
      case "hang": return this.hang();
    }
  }

  /** Until our own patience would end. Its timer runs by the real clock, so it is played here by the pretended date. */
  private async hang(): Promise<Response> {
    const until = Date.now() + PATIENCE_MS;
    while (!this.calm && Date.now() < until) await sleep(50);
    throw new Error("timeout");
  }

  private take({ entryId, provider, to }: Call, line: Line, sending: Sending, words: string): Delivery {
    const chance = draws((this.luck.get(entryId) ?? 0) + 104_729 * (1 + this.deliveriesOf(entryId).length));
    const at = Date.now();
    const id = line.idOf?.(sending) ?? `${provider}_${this.name}x${++this.count}`;
    const delivery: Delivery = { id, entryId, provider, to, words, reference: sending.reference ?? "", statusUrl: sending.statusUrl ?? "", at, reports: [] };
    delivery.reports = chance.weighted(line.stories).map((word) => ({ deliveryId: id, word, says: line.words[word]!.says, isWatermark: line.words[word]!.isWatermark === true, at, heard: false, tries: 0 }));
    this.deliveries.push(delivery);
    this.reports.push(...delivery.reports);
    return delivery;
  }
}

function said(call: Call, answer: Call["answer"], response: Response): Response {
  call.answer = answer;
  return response;
}
