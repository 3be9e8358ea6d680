import { createExecutionContext, env, runDurableObjectAlarm, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { vi } from "vitest";
import { cloudflareEmail } from "../../../worker/channels/email-cloudflare";
import { createConnection } from "../../../worker/db/connections";
import type { Conversation } from "../../../worker/contract/conversation";
import { listConversations } from "../../../worker/db/conversations";
import { nextOf } from "../../../worker/db/contacts";
import { visitorConversation } from "../../../worker/db/visitors";
import { processKept } from "../../../worker/flows/retry";
import { sweep } from "../../../worker/jobs/sweep";
import { http } from "../../support/account";
import { actorOf, conversation, newDesk, newPhone, type Desk, type TestConversation } from "../../support/conversation";
import { crash } from "../../support/crash";
import { FORGES } from "../../support/hooks";
import { asVisitor, startSession } from "../../support/visitor";
import { Faults } from "./faults";
import { Providers, type Report } from "./provider";
import { PEOPLE } from "./schedule";
import { ListScreen, ThreadScreen, VisitorScreen } from "./screens";

/** A customer: one contact with a phone and a mailbox, and a browser that is somebody else to us. */
export interface Person { phone: string; mail: string; visitorId: string; token: string; talkId: string; chatId: string | null; thread: ThreadScreen; visitor: VisitorScreen | null }

/** Something a customer said: `arrive` carries it to us and says whether we took it. */
export interface Said { words: string; copies: number; answered: boolean; arrive(): Promise<boolean> }

/** A message a colleague wrote. What was never answered is asked again with the same id. */
export interface Written { id: string; kind: "message" | "comment"; by: "sms" | "email" | "chat" | null; path: string; outcome: "stored" | "refused" | "unheard"; retries: number; resolved: Set<string>; cancelled: boolean; ask(): Promise<void> }

/** A day ahead of the machine: the platform's own alarms, which run by the real clock, never fire by themselves. */
const AHEAD_MS = 24 * 3_600_000;
/** An alarm that takes longer waits for a provider that hangs; the world goes on meanwhile. */
const PATIENCE_MS = 40;
let worlds = 0;

const real = globalThis.setTimeout;
export const pause = (ms: number): Promise<void> => new Promise((resolve) => { real(resolve, ms); });
export const within = (work: Promise<unknown>, ms = PATIENCE_MS): Promise<unknown> => Promise.race([work.catch(() => {}), pause(ms)]);

/** One account, its customers and colleagues, and everything around them. */
export class World {
  readonly said: Said[] = [];
  readonly written: Written[] = [];
  readonly violations: string[] = [];
  readonly list: ListScreen;
  /** Phones whose STOP we have taken and processed, with no START since. */
  readonly stopped = new Set<string>();
  private readonly starts = new Map<string, number>();
  private readonly firing = new Map<string, Promise<unknown>>();
  private readonly asleep = new Set<string>();
  private background: Promise<unknown>[] = [];
  private words = 0;
  private over = false;

  private constructor(readonly desk: Desk, readonly mailbox: { id: string; address: string }, readonly people: Person[], readonly faults: Faults, readonly providers: Providers) {
    this.list = new ListScreen(() => desk.account.feed(desk.owner.id), actorOf(desk), () => wholeList(desk));
    providers.onCall = ({ to }) => { if (this.stopped.has(to)) this.violations.push(`a text left for ${to} after its STOP was taken`); };
    this.pump = this.carryUrgent();
  }
  private readonly pump: Promise<void>;

  static async create(): Promise<World> {
    const name = `${++worlds}`;
    const faults = new Faults(Date.now() + AHEAD_MS);
    const desk = await newDesk();
    const address = `help@w${name}.example`;
    const mailbox = await createConnection(desk.account, cloudflareEmail.kind, { provider: cloudflareEmail.provider, name: "Mail", address, settings: {} }, { domain: `w${name}.example` }, Date.now());
    const people = await Promise.all(Array.from({ length: PEOPLE }, async (_, nth): Promise<Person> => {
      const phone = newPhone(), mail = `p${nth}@w${name}.customer.example`;
      const made = await desk.fetch("/api/v1/contacts", { json: { name: `Person ${nth}`, identities: [{ kind: "phone", address: phone }, { kind: "email", address: mail }] } });
      const contact = await made.json<{ id: string }>();
      const talkId = await nextOf(desk.account, contact.id, Date.now());
      const { token, visitorId } = await startSession({ account: desk, id: desk.lines.chat.id });
      return { phone, mail, visitorId, token, talkId, chatId: null, thread: new ThreadScreen(() => desk.account.conversation(talkId), actorOf(desk)), visitor: null };
    }));
    return new World(desk, { id: mailbox.id, address }, people, faults, new Providers(name));
  }

  async end(): Promise<void> {
    this.over = true;
    await this.pump;
    this.list.cut();
    for (const { thread, visitor } of this.people) { thread.cut(); visitor?.cut(); }
    await within(Promise.all(this.background), 2_000);
    // What stays must not wake while others are tested.
    await this.desk.account.db.prepare("UPDATE conversation SET next_due_at = NULL WHERE account_id = ?").bind(this.desk.account.id).run();
    this.providers.restore();
    this.faults.restore();
  }

  // ---- The Worker, as the outside reaches it --------------------------------------------------

  nextWords = (): string => `w${this.desk.account.id.slice(-4)}q${++this.words}`.toLowerCase();

  /** Like a provider or browser: waits for the answer, not for what the Worker does after it. */
  async call(path: string, init: RequestInit): Promise<Response> {
    const ctx = createExecutionContext();
    const response = await http.fetch(new Request(new URL(path, env.PUBLIC_URL), init), env, ctx);
    this.background.push(waitOnExecutionContext(ctx).catch(() => {}));
    return response;
  }

  api(method: string, path: string, body?: unknown): Promise<Response> {
    return this.call(`/api/v1${path}`, { method, headers: { authorization: `Bearer ${this.desk.owner.key}`, ...(body !== undefined && { "content-type": "application/json" }) }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  visitorSays(person: Person, clientId: string, text: string): Promise<Response> {
    return this.call("/widget/messages", { method: "POST", headers: { ...asVisitor({ token: person.token } as Parameters<typeof asVisitor>[0]), "content-type": "application/json" }, body: JSON.stringify({ clientId, text }) });
  }

  /** True once it was answered 2xx. `settled` also says that nothing of it waits in a queue. */
  async hook(provider: "twilio" | "resend", url: string, body: string, type: string): Promise<{ taken: boolean; settled: boolean }> {
    const { forge, settings } = { forge: FORGES[provider]!, settings: SETTINGS[provider] };
    const response = await this.call(url, { method: "POST", body, headers: { "content-type": type, ...forge.sign(url, { body, type }, settings, Date.now()) } }).catch(() => null);
    return { taken: response?.ok === true, settled: response?.ok === true && this.faults.queued.length === 0 };
  }

  hookUrl = (provider: "twilio" | "resend"): string => `${env.PUBLIC_URL}/hooks/${provider}/${this.desk.lines[provider].id}`;

  /** A provider reports. Heard once we said 2xx; until then it will report again. */
  async report(report: Report): Promise<void> {
    const delivery = this.providers.deliveryOf(report);
    report.tries++;
    const failed: Record<string, string> = report.word === "undelivered" || report.word === "failed" ? { ErrorCode: "30008" } : {};
    const { taken } = delivery.provider === "twilio"
      ? await this.hook("twilio", delivery.statusUrl, new URLSearchParams({ MessageSid: delivery.id, MessageStatus: report.word, To: delivery.to, From: twilioAddress, ...failed }).toString(), FORM)
      : await this.hook("resend", this.hookUrl("resend"), JSON.stringify({
        type: report.word, created_at: new Date().toISOString(),
        data: { email_id: delivery.id, to: delivery.to.split(","), tags: { conversation: delivery.conversationId, message: delivery.entryId }, ...(report.word === "email.bounced" && { bounce: { type: "Transient", subType: "MailboxFull", message: "full" } }) },
      }), "application/json");
    if (taken) report.heard = true;
  }

  // ---- Time and the platform ------------------------------------------------------------------

  /** The conversations that may exist. */
  talks(): TestConversation[] {
    return this.people.flatMap(({ talkId, chatId }) => (chatId ? [talkId, chatId] : [talkId])).map((id) => conversation(this.desk, id));
  }

  stubs(): { name: string; stub: DurableObjectStub }[] {
    const { id } = this.desk.account;
    const talks = this.people.flatMap(({ talkId, chatId }) => (chatId ? [talkId, chatId] : [talkId])).map((talk) => ({ name: `${id}/${talk}`, stub: env.CONVERSATION.getByName(`${id}/${talk}`) as DurableObjectStub }));
    return [...talks, { name: `${id}/feed/0`, stub: env.FEED.getByName(`${id}/feed/0`) as DurableObjectStub }];
  }

  async alarms(): Promise<{ name: string; stub: DurableObjectStub; at: number }[]> {
    const found = await Promise.all(this.stubs().filter(({ name }) => !this.asleep.has(name)).map(async ({ name, stub }) => {
      const at = await runInDurableObject(stub, (_, state) => state.storage.getAlarm()).catch(() => null);
      return at === null ? [] : [{ name, stub, at }];
    }));
    return found.flat();
  }

  async advance(ms: number): Promise<void> { vi.setSystemTime(Date.now() + ms); }

  /** Wakes every object whose time has come, as the platform does. */
  async fire(): Promise<number> {
    const due = (await this.alarms()).filter(({ name, at }) => at <= Date.now() && !this.firing.has(name));
    await Promise.all(due.map(({ name, stub }) => {
      const run = runDurableObjectAlarm(stub).catch(() => {}).finally(() => { if (this.firing.get(name) === run) this.firing.delete(name); });
      this.firing.set(name, run);
      return within(run);
    }));
    return due.length;
  }

  get isFiring(): boolean { return this.firing.size > 0; }

  async crash(): Promise<void> {
    await crash();
    this.providers.forgetCallers();
    this.firing.clear();
  }

  /** The platform forgets an object's alarm; nobody touches the object until somebody needs it. */
  async loseAlarm(nth: number): Promise<void> {
    const stubs = this.stubs();
    const { name, stub } = stubs[nth % stubs.length]!;
    await runInDurableObject(stub, (_, state) => state.storage.deleteAlarm()).catch(() => {});
    await this.crash();
    this.asleep.add(name);
  }

  async sweep(): Promise<void> {
    await within(sweep(env, Date.now()), 500);
    this.asleep.clear();
  }

  async processKept(): Promise<void> {
    for (const job of this.faults.queued.splice(0)) await processKept(env, job).catch(() => { this.faults.queued.push(job); });
  }

  async findChats(): Promise<void> {
    for (const person of this.people) {
      person.chatId ??= await visitorConversation(this.desk.account, this.desk.lines.chat.id, person.visitorId).catch(() => null);
      const { chatId } = person;
      if (chatId) person.visitor ??= new VisitorScreen(() => this.desk.account.conversation(chatId), person.visitorId, this.desk.lines.chat.id);
    }
  }

  // ---- STOP and START -------------------------------------------------------------------------

  starting(phone: string): void {
    this.starts.set(phone, this.startsOf(phone) + 1);
    this.stopped.delete(phone);
    this.providers.stopped.delete(phone);
  }
  startsOf = (phone: string): number => this.starts.get(phone) ?? 0;

  /** Reports that a provider wants heard before it answers. */
  private async carryUrgent(): Promise<void> {
    while (!this.over) {
      const report = this.providers.urgent.shift();
      if (report) await this.report(report).catch(() => {});
      else await pause(1);
    }
  }
}

/** Every conversation, whatever its tab. */
export async function wholeList(desk: Desk): Promise<Conversation[]> {
  const { account } = desk;
  const actor = actorOf(desk);
  return (await Promise.all((["open", "snoozed", "closed"] as const).map((tab) => listConversations(account, actor, { tab }, "newest", undefined, 200)))).flatMap(({ items }) => items);
}

const FORM = "application/x-www-form-urlencoded; charset=UTF-8";
const twilioAddress = "+15125550100";
const SETTINGS = { twilio: { authToken: "twilio-test-token" }, resend: { webhookSecret: "whsec_cmVzZW5kLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODlhYmNk" } };
export const sms = (externalId: string, from: string, words: string, picture: string | null): string =>
  new URLSearchParams({ MessageSid: externalId, From: from, To: twilioAddress, Body: words, ...(picture && { MediaUrl0: picture, MediaContentType0: "image/jpeg", NumMedia: "1" }) }).toString();
export const SMS_TYPE = FORM;
