import { DurableObject } from "cloudflare:workers";
import type { Health, WebhookLine } from "../../worker/contract/channel";
import { migrate } from "../lib/migrate";

/** Longer than any proof that covers no body counts: Mailgun's for a quarter of an hour before and after its moment. */
const KEEP_PROOFS_MS = 3_600_000;
/** A bound should somebody send very many; more than any mailbox gets in that time. */
const PROOFS_MAX = 20_000;
/** The webhook log keeps this many batches (a batch is what arrived within half a second). */
const LOG_BATCHES = 2_000;
const DAY_MS = 24 * 3_600_000;
/** This many refused signatures in a day, with nothing accepted since the last, mean a wrong secret rather than a stranger knocking. */
const SIGNATURE_ALARM = 3;
/** Failures in a row after which a connection counts as failing. */
const FAILING_AFTER = 3;
/** How long a provider's notice is shown: over a weekend. What still matters then is told again, or fails. */
const NOTICE_MS = 3 * DAY_MS;
/** A token whose end we do not know yet may be too young to be renewed: Instagram wants it a day old. */
const TOO_YOUNG_MS = DAY_MS + 3_600_000;

const migrations = [`
CREATE TABLE log(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, lines TEXT NOT NULL);
`, `
CREATE TABLE proof(proof TEXT PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX proof_at ON proof(at);
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
  /** The provider refused our credentials, in its words, and took nothing since. */
  lockedOut: string | null;
  /** What the provider said when it was asked about the settings and found them wrong. */
  wrong?: string | null;
  /** The credentials were replaced, and nobody knows yet whether the provider takes them. */
  untried?: boolean;
  /** Since when the access token could not be renewed. */
  renewalFailedAt: number | null;
  /** What the provider last said about the connection itself. */
  notice: { sentence: string; at: number } | null;
  /** When the secrets were last replaced: what failed before says nothing of them. */
  settingsAt: number;
  /** Up to when the provider was asked for what it does not tell by itself, and when all it has was last compared with what we show. */
  polledAt?: number;
  comparedAt?: number;
}

const NOTHING: Counters = { pausedUntil: 0, lastSentAt: null, refusedAt: [], failuresInARow: 0, lastFailure: null, lockedOut: null, renewalFailedAt: null, notice: null, settingsAt: 0 };

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

  /**
   * How a send ended; `sentence` says why it failed when that is the connection's fault. Refused credentials (`auth`) refuse
   * the next message too, so one is enough; a wrong configuration may concern only some messages.
   */
  sent(now: number, sentence: string | null, fault: "auth" | "config" = "config"): void {
    const counters = this.counters();
    if (sentence !== null) return this.save({ ...counters, failuresInARow: counters.failuresInARow + 1, lastFailure: sentence, ...(fault === "auth" && { lockedOut: sentence }) });
    if (counters.failuresInARow > 0 || counters.wrong || counters.untried || now - (counters.lastSentAt ?? 0) >= SENT_EVERY_MS) this.save({ ...counters, ...NO_FAILURES, lastSentAt: now });
  }

  /** Whether a proof comes for the first time, or again with the same body; both are digests. */
  admits(proof: string, body: string, now: number): boolean {
    const { sql } = this.ctx.storage;
    const [known] = sql.exec<{ body: string }>("SELECT body FROM proof WHERE proof = ?", proof).toArray();
    if (known) return known.body === body;
    sql.exec("DELETE FROM proof WHERE at < ? OR proof IN (SELECT proof FROM proof ORDER BY at DESC LIMIT -1 OFFSET ?)", now - KEEP_PROOFS_MS, PROOFS_MAX - 1);
    sql.exec("INSERT INTO proof VALUES(?, ?, ?)", proof, body, now);
    return true;
  }

  /** The provider says that the credentials are right. */
  accepted(): void {
    this.save({ ...this.counters(), ...NO_FAILURES });
  }

  /** The provider was asked about the settings and says, in `sentence`, what is wrong with them. */
  rejected(sentence: string): void {
    this.save({ ...this.counters(), wrong: sentence, untried: false });
  }

  /** The secrets were replaced: nothing is held against the new ones, and nothing said for them where the provider can be asked (`isAsked`). */
  replaced(now: number, isAsked: boolean): void {
    this.save({ ...this.counters(), ...NO_FAILURES, untried: isAsked, renewalFailedAt: null, settingsAt: now });
  }

  /** How renewing the access token went: there is a new one, it needs none, or it failed. */
  renewed(now: number, outcome: "new" | "unneeded" | "failed"): void {
    const counters = this.counters();
    this.save({ ...counters, ...(outcome === "new" && NO_FAILURES), renewalFailedAt: outcome === "failed" ? (counters.renewalFailedAt ?? now) : null });
  }

  /** The provider told something about this connection at `at` (ms); the newest word is shown. */
  noticed(sentence: string, at: number): void {
    const counters = this.counters();
    if (at >= (counters.notice?.at ?? 0)) this.save({ ...counters, notice: { sentence, at } });
  }

  /** Up to when the provider was asked for what is new, and when everything was compared; null: never. */
  polls(): { polledAt: number | null; comparedAt: number | null } {
    const { polledAt = null, comparedAt = null } = this.counters();
    return { polledAt, comparedAt };
  }
  polled(now: number, compared: boolean): void { this.save({ ...this.counters(), polledAt: now, ...(compared && { comparedAt: now }) }); }

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

  /** `tokenExpiresAt` (ms): when the access token ends, if it does and that is known. */
  health(now: number, tokenExpiresAt: number | null = null): Health {
    const counters = this.counters();
    const lastInboundAt = this.lastInboundAt();
    const signatureFailures = counters.refusedAt.filter((at) => at > now - DAY_MS).length;
    const facts = { lastInboundAt: iso(lastInboundAt), lastSentAt: iso(counters.lastSentAt), signatureFailures, tokenExpiresAt: iso(tokenExpiresAt) };
    const failing = whatFails(counters, { now, lastInboundAt, tokenExpiresAt });
    if (failing !== null) return { state: "failing", sentence: failing, ...facts };
    const worrying = whatWorries(counters, { now, tokenExpiresAt });
    if (worrying !== null) return { state: "warning", sentence: worrying, ...facts };
    if (counters.untried) return { state: "unknown", sentence: "The new credentials have not been tried yet. Check the connection, or send a test message.", ...facts };
    if (lastInboundAt === null && counters.lastSentAt === null) return { state: "unknown", sentence: "Nothing has been received or sent yet. Send a test message.", ...facts };
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

const NO_FAILURES = { failuresInARow: 0, lastFailure: null, lockedOut: null, wrong: null, untried: false } satisfies Partial<Counters>;

interface Seen { now: number; lastInboundAt: number | null; tokenExpiresAt: number | null }

function whatFails({ lockedOut, wrong = null, failuresInARow, lastFailure, refusedAt, settingsAt }: Counters, { now, lastInboundAt, tokenExpiresAt }: Seen): string | null {
  if (tokenExpiresAt !== null && tokenExpiresAt <= now) return `The access token ended on ${day(tokenExpiresAt)}. Reconnect this channel with a new one.`;
  if (lockedOut !== null) return `Reconnect this channel: its credentials were refused. ${lockedOut}`;
  if (wrong !== null) return wrong;
  if (failuresInARow >= FAILING_AFTER) return lastFailure ?? "The last sends failed.";
  const refused = refusedAt.filter((at) => at > Math.max(now - DAY_MS, settingsAt));
  if (refused.length >= SIGNATURE_ALARM && refused.at(-1)! > (lastInboundAt ?? 0)) return "Webhooks arrive with a signature that does not match. Check the signing secret.";
  return null;
}

function whatWorries({ failuresInARow, lastFailure, renewalFailedAt, notice }: Counters, { now, tokenExpiresAt }: Omit<Seen, "lastInboundAt">): string | null {
  if (renewalFailedAt !== null && tokenExpiresAt !== null) return `The access token could not be renewed and ends on ${day(tokenExpiresAt)}. It is tried again every hour; to be safe, reconnect this channel with a new one.`;
  if (renewalFailedAt !== null && now - renewalFailedAt > TOO_YOUNG_MS) return "The access token cannot be renewed, so it will end one day. Reconnect this channel with a new one.";
  if (failuresInARow > 0) return lastFailure ?? "The last send failed.";
  return notice !== null && now - notice.at < NOTICE_MS ? notice.sentence : null;
}

const day = (at: number): string => new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
