import { env } from "cloudflare:test";
import { vi } from "vitest";
import { Connection } from "../../../durable-objects/connection/connection";
import type { RetryJob } from "../../../worker/flows/retry";
import { Feed } from "../../../durable-objects/feed/feed";

export type Part = "D1" | "R2" | "Feed" | "Connection";
interface Outage { calls: number; tells: "nothing" | "too late" }

type Method = (...args: never[]) => unknown;

/** Waits inside the product are this many times shorter: pauses between tries, gathering, announcements. */
const HASTE = 50;

/**
 * Parts of the platform that refuse for a number of calls: before they have done anything, or after they have done it, when only
 * the answer is lost. Also makes the product's own short waits shorter, and holds the date.
 */
export class Faults {
  private readonly outages = new Map<Part, Outage>();
  private readonly undo: (() => void)[] = [];

  /** Jobs that were put on a queue: taken off by the test, not by the platform and its clock. */
  readonly queued: RetryJob[] = [];

  constructor(start: number) {
    const queue = Object.getPrototypeOf(env.INBOUND_RETRY) as Record<string, Method>;
    const { send } = queue;
    queue["send"] = (async (job: RetryJob) => { this.queued.push(job); }) as Method;
    this.undo.push(() => { queue["send"] = send!; });
    vi.useFakeTimers({ now: start, toFake: ["Date"] });
    const statement = Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as Record<string, Method>;
    for (const name of ["first", "all", "run"]) this.wrap("D1", statement, name);
    this.wrap("D1", Object.getPrototypeOf(env.DB) as Record<string, Method>, "batch");
    for (const name of ["get", "put", "delete"]) this.wrap("R2", Object.getPrototypeOf(env.BUCKET) as Record<string, Method>, name);
    this.wrap("Feed", Feed.prototype as unknown as Record<string, Method>, "publish");
    for (const name of ["reserve", "sent", "slowDown"]) this.wrap("Connection", Connection.prototype as unknown as Record<string, Method>, name);
    const real = globalThis.setTimeout;
    globalThis.setTimeout = ((act: () => void, ms = 0, ...rest: []) => real(act, ms / HASTE, ...rest)) as typeof setTimeout;
    this.undo.push(() => { globalThis.setTimeout = real; });
  }

  begin(part: Part, outage: Outage): void { this.outages.set(part, { ...outage }); }
  end(): void { this.outages.clear(); }

  restore(): void {
    for (const undo of this.undo) undo();
    vi.useRealTimers();
  }

  private wrap(part: Part, target: Record<string, Method>, name: string): void {
    const original = target[name]!;
    const strikes = (): Outage["tells"] | null => {
      const outage = this.outages.get(part);
      if (!outage) return null;
      if (--outage.calls <= 0) this.outages.delete(part);
      return outage.tells;
    };
    const isAsync = part === "D1" || part === "R2";
    target[name] = function wrapped(this: unknown, ...args: never[]): unknown {
      const fault = strikes();
      const broken = () => new Error(`${part} is not there for a while`);
      if (fault === null) return original.apply(this, args);
      if (isAsync) return fault === "nothing" ? Promise.reject(broken()) : (original.apply(this, args) as Promise<unknown>).then(() => { throw broken(); });
      if (fault === "too late") original.apply(this, args);
      throw broken();
    };
    this.undo.push(() => { target[name] = original; });
  }
}
