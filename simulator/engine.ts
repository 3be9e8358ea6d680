import type { InboundResult, WorldMessage } from "./api";
import { Blobs } from "./blobs";
import { UNANSWERED, carry } from "./courier";
import type { SimulatorEnv } from "./env";
import { Jobs, type Job } from "./jobs";
import { Messages } from "./messages";
import { Notes } from "./notes";
import { type Call, type Delivery, type PlannedStep, type Provider, type Realm, text } from "./provider";
import { isPlayed, providerFor, providerNamed } from "./registry";
import { route } from "./routes";
import { HISTORY, TABLES } from "./schema";
import { Settings } from "./settings";
import { isLost, joins, planCopies, planSend } from "./weather";
import { Wire } from "./wire";

/** On an answer that the weather loses: the Worker in front breaks the connection in its place. */
export const LOST_HEADER = "x-simulator-lost";
/** A callback that waits for the send it reports on must not hold the answer for ever. */
const ECHO_PATIENCE_MS = 2_000;
/** How long a webhook waits for others to share its request. */
const BATCH_MS = 900;

/** What the engine needs of the object it lives in. */
export interface Ground {
  sql: SqlStorage;
  /** Asks for `run` at this time; only the last wish counts. */
  wake(at: number): Promise<void>;
  /** Keeps work going that nobody waits for. */
  background(work: Promise<unknown>): void;
}

/** What makes the pretend world go: answers calls, carries webhooks through the weather, remembers everything. */
export class Engine {
  readonly messages: Messages;
  readonly blobs: Blobs;
  readonly wire: Wire;
  readonly settings: Settings;
  readonly notes: Notes;
  readonly #jobs: Jobs;
  /** Lanes with a job under way; forgotten with the process, so that a restart takes them up again. */
  readonly #busy = new Set<string>();
  /** Rows of which a delivery is held back, waiting to be overtaken. */
  readonly #held = new Set<string>();

  constructor(private readonly ground: Ground, private readonly env: SimulatorEnv) {
    const { sql } = ground;
    for (const table of TABLES) sql.exec(table);
    this.messages = new Messages(sql);
    this.blobs = new Blobs(sql);
    this.wire = new Wire(sql);
    this.notes = new Notes(sql);
    this.settings = new Settings(this.notes);
    this.#jobs = new Jobs(sql);
  }

  async fetch(request: Request): Promise<Response> {
    return isPlayed(new URL(request.url).hostname) ? this.#call(request) : route(request, this);
  }

  /** Starts whatever is due. */
  async run(): Promise<void> {
    for (const job of this.#jobs.due(Date.now(), this.#busy)) this.ground.background(this.#perform(job));
    await this.#arm();
  }

  /** The world as seen by one provider. `accept` can be told apart by the one who is answering a send. */
  realm(provider: Provider, accept = (message: WorldMessage, steps: PlannedStep[]) => void this.#accept(message, steps)): Realm {
    return {
      now: () => this.settings.now(),
      connections: () => this.settings.connections,
      messages: this.messages,
      blobs: this.blobs,
      notes: this.notes,
      weather: this.settings.weatherOf(provider.name),
      deliver: (delivery) => this.#deliver(delivery),
      accept,
      fetchPublic: (url) => (url.startsWith(`${this.env.PUBLIC_URL}/`) ? this.env.APP.fetch(url) : Promise.reject(new Error(`${url} does not resolve`))),
      later: (afterMs, what) => {
        this.#jobs.add(Date.now() + afterMs, `later ${provider.name}`, { do: "later", provider: provider.name, what });
        return this.#arm();
      },
      // Browsers name their origin with every write; the widget's frame lives on the app's own.
      browse: (path, init) => this.env.APP.fetch(this.env.PUBLIC_URL + path, { ...init, headers: { ...init.headers, origin: new URL(this.env.PUBLIC_URL).origin } }),
    };
  }

  /** Moves a message on and tells the app. `forced` also moves one whose story had ended. */
  async progress(messageId: string, state: string, code: string | null, forced: boolean): Promise<Pick<InboundResult, "delivered" | "delayed" | "lost">> {
    const nothing = { delivered: [], delayed: 0, lost: 0 };
    const message = this.messages.get(messageId);
    const provider = message && providerNamed(message.provider);
    if (!message || !provider || (!forced && provider.finalStates.includes(message.state))) return nothing;
    const next = await provider.progress(message, { state, code }, this.realm(provider));
    this.messages.advance(messageId, next.state, next.code, this.settings.now());
    return next.delivery ? this.#deliver(next.delivery) : nothing;
  }

  reset(): void {
    const { connections } = this.settings;
    for (const table of HISTORY) this.ground.sql.exec(`DELETE FROM ${table}`);
    this.ground.sql.exec("DELETE FROM note");
    this.settings.connections = connections;
  }

  async #call(request: Request): Promise<Response> {
    const startedAt = Date.now();
    const call: Call = { method: request.method, url: new URL(request.url), headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) };
    const provider = providerFor(call, (one) => this.realm(one))!;
    const plan = this.settings.decide((random) => planSend(this.settings.weatherOf(provider.name), random));
    const isSend = provider.isSend(call);
    const refused = isSend ? plan.refuse : null;
    const echoes: Promise<unknown>[] = [];
    let accepted = false;
    const realm = this.realm(provider, (message, steps) => {
      accepted = true;
      const [first] = this.#accept(message, steps);
      if (plan.echoFirst && first) echoes.push(this.#perform(first));
    });
    const answer = refused ? provider.refuse(refused.status, refused.retryAfterS) : await provider.answer(call, realm);
    await this.#arm();
    if (echoes.length > 0) await Promise.race([Promise.all(echoes), scheduler.wait(ECHO_PATIENCE_MS)]);
    if (plan.answerMs > 0) await scheduler.wait(plan.answerMs);
    const lost = accepted && plan.loseResponse;
    const notes = [refused && "refused by the weather", echoes.length > 0 && "callback before the answer", lost && "answer lost"].filter(Boolean);
    this.wire.add({
      at: new Date(startedAt).toISOString(), provider: provider.name, kind: "call", method: call.method, url: call.url.href, requestHeaders: Object.fromEntries(call.headers), request: text(call.body),
      status: answer.status, response: typeof answer.body === "string" ? answer.body : `(${answer.body.byteLength} bytes)`, ms: Date.now() - startedAt, note: notes.join(", ") || null,
    });
    const hasBody = answer.status !== 204 && answer.status !== 304;
    return new Response(hasBody ? answer.body : null, { status: answer.status, headers: lost ? { ...answer.headers, [LOST_HEADER]: "1" } : answer.headers });
  }

  #accept(message: WorldMessage, steps: PlannedStep[]): Job[] {
    this.messages.add(message);
    return steps.map(({ afterMs, state, code }) => this.#jobs.add(Date.now() + afterMs, `message ${message.id}`, { do: "progress", messageId: message.id, state, code }));
  }

  async #deliver(delivery: Delivery): Promise<Pick<InboundResult, "delivered" | "delayed" | "lost">> {
    if (await this.#joined(delivery)) return { delivered: [], delayed: 1, lost: 0 };
    const row = this.#rowOf(delivery);
    const { delays: [first, ...later], held } = this.settings.decide((random) => planCopies(this.settings.weatherOf(delivery.provider), random, !this.#held.has(row)));
    if (held) this.#held.add(row);
    else this.#held.delete(row);
    const delayed = first === 0 ? later : [first!, ...later];
    for (const delay of delayed) this.#attemptAfter(delay, delivery, 0);
    await this.#arm();
    if (first !== 0) return { delivered: [], delayed: delayed.length, lost: 0 };
    const status = await this.#attempt(delivery, 0);
    return status === null ? { delivered: [], delayed: delayed.length, lost: 1 } : { delivered: [status], delayed: delayed.length, lost: 0 };
  }

  /** Whether the weather has this webhook travel with others: it waits for them, or goes with one that waits. */
  async #joined(delivery: Delivery): Promise<boolean> {
    const merge = providerNamed(delivery.provider)?.merge;
    if (!merge || delivery.kind !== "webhook" || !this.settings.decide((random) => joins(this.settings.weatherOf(delivery.provider), random))) return false;
    const lane = `batch ${delivery.connectionId}`;
    const waiting = this.#busy.has(lane) ? null : this.#jobs.firstOf(lane);
    if (waiting?.task.do === "deliver" && waiting.task.delivery.kind === "webhook") this.#jobs.rewrite(waiting.id, { ...waiting.task, delivery: merge(waiting.task.delivery, delivery) });
    else this.#jobs.add(Date.now() + BATCH_MS, lane, { do: "deliver", delivery, attempt: 0 });
    await this.#arm();
    return true;
  }

  /** What keeps its order in fair weather: the callbacks of one message, and what customers write to one address. */
  #rowOf({ messageId, connectionId }: Delivery): string {
    return messageId !== null && this.messages.get(messageId)?.by === "app" ? messageId : connectionId;
  }

  /** In a lane of its own: copies and retries may overtake. */
  #attemptAfter(delayMs: number, delivery: Delivery, attempt: number): void {
    this.#jobs.add(Date.now() + delayMs, crypto.randomUUID(), { do: "deliver", delivery, attempt });
  }

  /** One attempt, and the plan for the next if it fails. Null: the weather lost it. */
  async #attempt(delivery: Delivery, attempt: number): Promise<number | null> {
    const provider = providerNamed(delivery.provider);
    const connection = this.settings.connections.find(({ connectionId }) => connectionId === delivery.connectionId);
    if (!provider || !connection) return UNANSWERED;
    let status: number | null = null;
    if (this.settings.decide((random) => isLost(this.settings.weatherOf(delivery.provider), random))) {
      const url = delivery.kind === "webhook" ? delivery.url : `smtp:${delivery.to}`;
      const request = delivery.kind === "webhook" ? delivery.body : "";
      this.wire.add({ at: new Date().toISOString(), provider: provider.name, kind: delivery.kind, method: "POST", url, requestHeaders: {}, request, status: UNANSWERED, response: "", ms: 0, note: "lost on the way" });
    } else {
      const carried = await carry(delivery, provider, connection, (id) => this.blobs.bytes(id), this.env);
      status = carried.status;
      this.wire.add({ ...carried.line, note: attempt > 0 ? `attempt ${attempt + 1}` : null });
      if (delivery.messageId) this.messages.answered(delivery.messageId, status);
      provider.answered?.(delivery, status, this.realm(provider));
    }
    const isTaken = status !== null && status >= 200 && status < 300;
    const pause = isTaken ? undefined : provider.retryDelaysMs(delivery, status ?? UNANSWERED)[attempt];
    if (pause !== undefined) {
      this.#attemptAfter(pause, delivery, attempt + 1);
      await this.#arm();
    }
    return status;
  }

  async #perform({ id, lane, task }: Job): Promise<void> {
    this.#busy.add(lane);
    try {
      if (task.do === "deliver") await this.#attempt(task.delivery, task.attempt);
      else if (task.do === "later") await this.#remind(task.provider, task.what);
      else await this.progress(task.messageId, task.state, task.code, false);
    } catch (error) {
      // A pretend event that cannot happen is dropped with a word in the log, or it would be tried for ever.
      console.error(`simulator: ${task.do} failed`, error);
    } finally {
      this.#jobs.done(id);
      this.#busy.delete(lane);
      await this.#arm();
    }
  }

  async #remind(name: string, what: unknown): Promise<void> {
    const provider = providerNamed(name);
    if (provider) await provider.later?.(what, this.realm(provider));
  }

  async #arm(): Promise<void> {
    const nextAt = this.#jobs.nextAt(this.#busy);
    if (nextAt !== null) await this.ground.wake(Math.max(nextAt, Date.now()));
  }
}
