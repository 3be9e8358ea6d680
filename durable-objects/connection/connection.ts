import { DurableObject } from "cloudflare:workers";
import type { Health, WebhookLine } from "../../worker/contract/channel";
import { migrate } from "../lib/migrate";

/** The webhook log keeps this many batches (a batch is what arrived within half a second). */
const LOG_BATCHES = 2_000;
const DAY_MS = 24 * 3_600_000;
/** This many refused signatures in a day, with nothing accepted since the last, mean a wrong secret rather than a stranger knocking. */
const SIGNATURE_ALARM = 3;
/** Failures in a row after which a connection counts as failing. */
const FAILING_AFTER = 3;

const migrations = [`
CREATE TABLE log(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, lines TEXT NOT NULL);
`] as const;

interface Counters {
  /** Until when the provider wants nothing. */
  pausedUntil: number;
  /** When something last went out, to the minute. When something last came in, the log knows. */
  lastSentAt: number | null;
  /** Times of refused signatures in the last day, newest last, at most 100. */
  refusedAt: number[];
  failuresInARow: number;
  lastFailure: string | null;
}

const NOTHING: Counters = { pausedUntil: 0, lastSentAt: null, refusedAt: [], failuresInARow: 0, lastFailure: null };

/** "Last sent" is for people: to the minute is exact enough, and costs no row for each message. */
const SENT_EVERY_MS = 60_000;

/** One connected address: hands out sending slots, counts what goes wrong, and remembers what arrived lately. */
export class Connection extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
  }

  /**
   * Reserves the next sending slot and answers its time (ms); at or before `now` means go.
   * `perSecond` is the connection's rate. Waiting is the caller's business: it sets a timer.
   */
  reserve(now: number, perSecond: number): number {
    this.nextSlotAt ??= this.counters().pausedUntil;
    const slot = Math.max(now, this.nextSlotAt);
    this.nextSlotAt = slot + Math.ceil(1_000 / perSecond);
    return slot;
  }

  /** The provider said "slow down": nobody gets a slot before `until`. */
  slowDown(until: number): void {
    this.nextSlotAt = Math.max(this.nextSlotAt ?? 0, until);
    this.save({ ...this.counters(), pausedUntil: until });
  }

  /** How a send ended; `sentence` says why it failed when that is the connection's fault (credentials, configuration). */
  sent(now: number, sentence: string | null): void {
    const counters = this.counters();
    if (sentence !== null) return this.save({ ...counters, failuresInARow: counters.failuresInARow + 1, lastFailure: sentence });
    if (counters.failuresInARow > 0 || now - (counters.lastSentAt ?? 0) >= SENT_EVERY_MS) this.save({ ...counters, lastSentAt: now, failuresInARow: 0, lastFailure: null });
  }

  /** Adds to the webhook log; called after the answer, in batches. */
  record(lines: WebhookLine[], now: number): void {
    const refused = lines.filter((line) => line.outcome === "refused").length;
    if (refused > 0) {
      const counters = this.counters();
      this.save({ ...counters, refusedAt: [...counters.refusedAt.filter((at) => at > now - DAY_MS), ...Array.from({ length: refused }, () => now)].slice(-100) });
    }
    const { id } = this.ctx.storage.sql.exec<{ id: number }>("INSERT INTO log(at, lines) VALUES(?, ?) RETURNING id", now, JSON.stringify(lines)).one();
    this.ctx.storage.sql.exec("DELETE FROM log WHERE id <= ?", id - LOG_BATCHES);
  }

  /** The newest lines of the webhook log, at most `limit`. */
  lines(limit: number): WebhookLine[] {
    const found: WebhookLine[] = [];
    for (const { lines } of this.ctx.storage.sql.exec<{ lines: string }>("SELECT lines FROM log ORDER BY id DESC")) {
      found.push(...(JSON.parse(lines) as WebhookLine[]).toReversed());
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  health(now: number): Health {
    const { lastSentAt, refusedAt, failuresInARow, lastFailure } = this.counters();
    const lastInboundAt = this.lastInboundAt();
    const refused = refusedAt.filter((at) => at > now - DAY_MS);
    const facts = { lastInboundAt: iso(lastInboundAt), lastSentAt: iso(lastSentAt), signatureFailures: refused.length };
    if (failuresInARow >= FAILING_AFTER) return { state: "failing", sentence: lastFailure ?? "The last sends failed.", ...facts };
    if (refused.length >= SIGNATURE_ALARM && (refused.at(-1) ?? 0) > (lastInboundAt ?? 0))
      return { state: "failing", sentence: "Webhooks arrive with a signature that does not match. Check the signing secret.", ...facts };
    if (failuresInARow > 0) return { state: "warning", sentence: lastFailure ?? "The last send failed.", ...facts };
    if (lastInboundAt === null && lastSentAt === null) return { state: "unknown", sentence: "Nothing has been received or sent yet. Send a test message.", ...facts };
    return { state: "healthy", sentence: "All is well.", ...facts };
  }

  /** Generic cell rate: the theoretical arrival time of the next send. Lost with the instance, which costs at most one burst. */
  private nextSlotAt: number | null = null;

  private lastInboundAt(): number | null {
    for (const { at, lines } of this.ctx.storage.sql.exec<{ at: number; lines: string }>("SELECT at, lines FROM log ORDER BY id DESC"))
      if ((JSON.parse(lines) as WebhookLine[]).some(({ outcome }) => outcome !== "refused")) return at;
    return null;
  }

  private counters(): Counters {
    return { ...NOTHING, ...this.ctx.storage.kv.get<Counters>("counters") };
  }

  private save(counters: Counters): void {
    this.ctx.storage.kv.put("counters", counters);
  }
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
