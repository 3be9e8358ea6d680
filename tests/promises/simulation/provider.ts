import { vi } from "vitest";
import { draws } from "./draw";

/** What a provider says of a message later; in its own words. */
export interface Report { deliveryId: string; word: string; heard: boolean; tries: number }

/** A message a provider has taken: at most one may exist unless a person was told otherwise. */
export interface Delivery { id: string; entryId: string; conversationId: string; provider: "twilio" | "resend"; to: string; statusUrl: string; reports: Report[] }

/** One request to send. `answer`: what the app could know of it, had it lived. */
export interface Call { entryId: string; provider: Delivery["provider"]; to: string; body: string; key: string | null; delivery: Delivery | null; answer: "taken" | "refused" | "later" | "none"; at: number }

type Fate = "take" | "report first" | "lose the answer" | "lose the request" | "busy" | "busy, wait" | "refuse" | "unavailable" | "break after taking" | "hang after taking" | "hang";

const FATES: readonly (readonly [number, Fate])[] = [
  [40, "take"], [10, "report first"], [8, "lose the answer"], [5, "lose the request"], [5, "busy"], [5, "busy, wait"], [7, "refuse"], [5, "unavailable"], [5, "break after taking"], [6, "hang after taking"], [4, "hang"],
];
const STORIES: Record<Delivery["provider"], readonly (readonly [number, readonly string[]])[]> = {
  twilio: [[5, ["queued", "sent", "delivered"]], [2, ["sent", "undelivered"]], [1, ["sent", "failed", "delivered"]], [1, ["sent"]], [1, []], [1, ["queued", "sending", "failed"]]],
  resend: [[5, ["email.sent", "email.delivered"]], [2, ["email.sent", "email.bounced"]], [1, ["email.delivery_delayed", "email.delivered"]], [1, ["email.sent"]], [1, []], [1, ["email.sent", "email.bounced", "email.delivered"]]],
};
/** How long a provider waits for its own report to be heard before it answers, in polls of a millisecond or more. */
const POLLS = 100;
const PATIENCE_MS = 30_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Twilio and Resend as far as sending goes, behind `fetch`: they answer as their documents say, or badly, as each message's luck says. */
export class Providers {
  readonly calls: Call[] = [];
  readonly deliveries: Delivery[] = [];
  /** Reports on their way to us. */
  readonly reports: Report[] = [];
  /** Those that must come before the answer to the request they are about. */
  readonly urgent: Report[] = [];
  /** By entry id: the seed of what befalls a message. */
  readonly luck = new Map<string, number>();
  /** Numbers that Twilio blocks by itself. */
  readonly stopped = new Set<string>();
  /** All that left us, word for word. */
  readonly wire: string[] = [];
  /** Nothing goes wrong any more. */
  calm = false;
  /** Called for each request to send, before it is judged. */
  onCall: (call: Pick<Call, "entryId" | "provider" | "to">) => void = () => {};
  private readonly known = new Map<string, { body: string; delivery: Delivery }>();
  private readonly media = new Map<string, number>();
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

  /** A picture that is not there the first `misses` times. */
  picture(misses: number): string {
    const url = `https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME${this.name}${++this.count}`;
    this.media.set(url, misses);
    return url;
  }

  deliveriesOf = (entryId: string): Delivery[] => this.deliveries.filter((one) => one.entryId === entryId);
  callsOf = (entryId: string): Call[] => this.calls.filter((one) => one.entryId === entryId);
  deliveryOf = (report: Report): Delivery => this.deliveries.find(({ id }) => id === report.deliveryId)!;

  private async answer(asked: Request): Promise<Response> {
    const misses = this.media.get(asked.url);
    if (misses !== undefined) {
      this.media.set(asked.url, misses - 1);
      return misses > 0 ? new Response("not yet", { status: 404 }) : new Response(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), { headers: { "content-type": "image/jpeg" } });
    }
    const body = new TextDecoder().decode(await asked.arrayBuffer());
    this.wire.push(`${asked.url}\n${body}`);
    return asked.url.startsWith("https://api.resend.com/") ? this.mail(asked, body) : this.text(asked, body);
  }

  private async text(asked: Request, body: string): Promise<Response> {
    const form = new URLSearchParams(body);
    const statusUrl = form.get("StatusCallback") ?? "";
    const [conversationId = "", entryId = ""] = (new URL(statusUrl).searchParams.get("ref") ?? "").split(":");
    const to = form.get("To") ?? "";
    const call = this.note({ entryId, provider: "twilio", to, body, key: null });
    if (this.stopped.has(to)) return this.said(call, "refused", Response.json({ code: 21610, message: "unsubscribed" }, { status: 400 }));
    return this.judge(call, {
      take: () => this.take(call, { id: `SM${this.name}${++this.count}`, conversationId, statusUrl }),
      taken: ({ id }) => Response.json({ sid: id, status: "queued", num_segments: "1" }, { status: 201 }),
      refused: () => Response.json({ code: 21211, message: "invalid number" }, { status: 400 }),
      busy: (headers) => Response.json({ code: 20429, message: "too many" }, { status: 429, headers }),
      unavailable: () => Response.json({ code: 20503, message: "unavailable" }, { status: 503 }),
    });
  }

  private async mail(asked: Request, body: string): Promise<Response> {
    const { to, tags } = JSON.parse(body) as { to: string[]; tags: { name: string; value: string }[] };
    const tag = (name: string) => tags.find((one) => one.name === name)?.value ?? "";
    const key = asked.headers.get("idempotency-key");
    const call = this.note({ entryId: tag("message"), provider: "resend", to: to.join(), body, key });
    const before = key ? this.known.get(key) : undefined;
    if (before && before.body !== body) return this.said(call, "refused", Response.json({ name: "invalid_idempotent_request", message: "different body" }, { status: 409 }));
    return this.judge(call, {
      take: () => {
        if (before) return before.delivery;
        const delivery = this.take(call, { id: `re_${this.name}${++this.count}`, conversationId: tag("conversation"), statusUrl: "" });
        if (key) this.known.set(key, { body, delivery });
        return delivery;
      },
      taken: ({ id }) => Response.json({ id }),
      refused: () => Response.json({ name: "validation_error", message: "no" }, { status: 422 }),
      busy: (headers) => Response.json({ name: "rate_limit_exceeded", message: "slow down" }, { status: 429, headers }),
      unavailable: () => Response.json({ name: "internal_server_error", message: "sorry" }, { status: 500 }),
    });
  }

  private note(fields: Omit<Call, "delivery" | "answer" | "at">): Call {
    this.onCall(fields);
    const call: Call = { ...fields, delivery: null, answer: "none", at: Date.now() };
    this.calls.push(call);
    return call;
  }

  private said(call: Call, answer: Call["answer"], response: Response): Response {
    call.answer = answer;
    return response;
  }

  private async judge(call: Call, ways: { take(): Delivery; taken(delivery: Delivery): Response; refused(): Response; busy(headers: Record<string, string>): Response; unavailable(): Response }): Promise<Response> {
    const chance = draws((this.luck.get(call.entryId) ?? 0) + 7_919 * this.callsOf(call.entryId).length);
    const fate = this.calm ? "take" : chance.weighted(FATES);
    const take = () => { call.delivery = ways.take(); return call.delivery; };
    switch (fate) {
      case "take": return this.said(call, "taken", ways.taken(take()));
      case "report first": {
        const delivery = take();
        const first = delivery.reports.find(({ heard }) => !heard);
        if (first) this.urgent.push(first);
        for (let poll = 0; first && !first.heard && poll < POLLS; poll++) await sleep(1);
        return this.said(call, "taken", ways.taken(delivery));
      }
      case "lose the answer": take(); throw new Error("connection reset");
      case "lose the request": throw new Error("connection refused");
      case "busy": return this.said(call, "later", ways.busy({}));
      case "busy, wait": return this.said(call, "later", ways.busy({ "retry-after": String(1 + chance.below(90)) }));
      case "refuse": return this.said(call, "refused", ways.refused());
      // Twilio says that nothing was taken; of Resend's 500 nobody knows.
      case "unavailable": return this.said(call, "later", ways.unavailable());
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

  private take(call: Call, about: Pick<Delivery, "id" | "conversationId" | "statusUrl">): Delivery {
    const chance = draws((this.luck.get(call.entryId) ?? 0) + 104_729 * (1 + this.deliveriesOf(call.entryId).length));
    const delivery: Delivery = { ...about, entryId: call.entryId, provider: call.provider, to: call.to, reports: [] };
    delivery.reports = chance.weighted(STORIES[call.provider]).map((word) => ({ deliveryId: delivery.id, word, heard: false, tries: 0 }));
    this.deliveries.push(delivery);
    this.reports.push(...delivery.reports);
    return delivery;
  }
}
