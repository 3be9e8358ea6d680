import { createExecutionContext, env, runDurableObjectAlarm, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { vi } from "vitest";
import { cloudflareEmail } from "../../../worker/channels/email-cloudflare";
import { channelOf } from "../../../worker/channels/registry";
import type { ChannelKind } from "../../../worker/contract/channel";
import { createConnection } from "../../../worker/db/connections";
import type { Conversation } from "../../../worker/contract/conversation";
import { listConversations } from "../../../worker/db/conversations";
import { nextOf } from "../../../worker/db/contacts";
import { visitorConversation } from "../../../worker/db/visitors";
import { processKept } from "../../../worker/flows/retry";
import { sweep } from "../../../worker/jobs/sweep";
import { http } from "../../support/account";
import { actorOf, conversation, newDesk, newPhone, SVIX_SECRET, TWILIO_TOKEN, type Desk, type TestConversation } from "../../support/conversation";
import { crash } from "../../support/crash";
import { FORGES, type Posted } from "../../support/hooks";
import { asVisitor, startSession } from "../../support/visitor";
import { Faults } from "./faults";
import type { Place } from "./line";
import { BASE, lineOf, signed, type LineName } from "./lines";
import { Providers, type Report } from "./provider";
import { PEOPLE } from "./schedule";
import { ListScreen, ThreadScreen, VisitorScreen } from "./screens";

/** A customer: one contact with a phone and a mailbox, and a browser that is somebody else to us. */
export interface Person { phone: string; mail: string; /** Where an id makes them somebody else to us: their conversation, once there is one. */ talks: Map<LineName, string>; nth: number; visitorId: string; token: string; talkId: string; chatId: string | null; thread: ThreadScreen; visitor: VisitorScreen | null }

/** Something a customer said: `arrive` carries it to us and says whether we took it. What is said about another message makes no entry. */
export interface Said { words: string; copies: number; answered: boolean; spoken?: Spoken | "about another"; arrive(): Promise<boolean> }

/** A message on one of the other lines, and what became of it since. `from`: the customer, or somebody of ours in the provider's app. */
export interface Spoken { line: LineName; person: Person; id: string; direction: "in" | "out"; text: string; version: number; isUnsent: boolean }

/** A connection of the world's, and how its provider behaves. */
export interface Connected { name: LineName; id: string; kind: ChannelKind; ours: string; settings: Record<string, unknown> }

/** A message a colleague wrote. What was never answered is asked again with the same id. */
export interface Written { id: string; kind: "message" | "comment"; by: ChannelKind | null; line: LineName | null; path: string; outcome: "stored" | "refused" | "unheard"; retries: number; resolved: Set<string>; cancelled: boolean; ask(): Promise<void> }

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
  /** By line and address: the provider's time of a customer's newest message. */
  readonly opened = new Map<string, number>();
  readonly spoken: Spoken[] = [];
  /** By the provider's id of a message: the customer's newest reaction to it. */
  readonly reactions = new Map<string, { emoji: string | null }>();
  private readonly clocks = new Map<string, number>();
  private readonly starts = new Map<string, number>();
  private readonly firing = new Map<string, Promise<unknown>>();
  private readonly asleep = new Set<string>();
  private background: Promise<unknown>[] = [];
  private words = 0;
  private over = false;

  private constructor(readonly desk: Desk, readonly mailbox: { id: string; address: string }, readonly connected: readonly Connected[], readonly people: Person[], readonly faults: Faults, readonly providers: Providers) {
    this.list = new ListScreen(() => desk.account.feed(desk.owner.id), actorOf(desk), () => wholeList(desk));
    providers.onCall = (call) => this.watch(call);
    this.pump = this.carryUrgent();
  }
  private readonly pump: Promise<void>;

  static async create(others: readonly LineName[]): Promise<World> {
    const name = `${++worlds}`;
    const faults = new Faults(Date.now() + AHEAD_MS);
    const desk = await newDesk();
    const address = `help@w${name}.example`;
    const mailbox = await createConnection(desk.account, cloudflareEmail.kind, { provider: cloudflareEmail.provider, name: "Mail", address, settings: {} }, { domain: `w${name}.example` }, Date.now());
    const base: Record<(typeof BASE)[number], Record<string, unknown>> = { twilio: { accountSid: "AC0", authToken: TWILIO_TOKEN }, resend: { webhookSecret: SVIX_SECRET } };
    const connected = [
      ...BASE.map((one): Connected => ({ name: one, id: desk.lines[one].id, kind: desk.lines[one].channel, ours: desk.lines[one].address, settings: base[one] })),
      ...await Promise.all(others.map((one) => connect(desk, one))),
    ];
    const people = await Promise.all(Array.from({ length: PEOPLE }, async (_, nth): Promise<Person> => {
      const phone = newPhone(), mail = `p${nth}@w${name}.customer.example`;
      const made = await desk.fetch("/api/v1/contacts", { json: { name: `Person ${nth}`, identities: [{ kind: "phone", address: phone }, { kind: "email", address: mail }] } });
      const contact = await made.json<{ id: string }>();
      const talkId = await nextOf(desk.account, contact.id, Date.now());
      const { token, visitorId } = await startSession({ account: desk, id: desk.lines.chat.id });
      return { phone, mail, nth, talks: new Map(), visitorId, token, talkId, chatId: null, thread: new ThreadScreen(() => desk.account.conversation(talkId), actorOf(desk)), visitor: null };
    }));
    return new World(desk, { id: mailbox.id, address }, connected, people, faults, new Providers(name));
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

  // ---- The other lines ------------------------------------------------------------------------

  connection = (name: LineName): Connected => this.connected.find((one) => one.name === name)!;
  /** Those that the schedule chose, by their place in it. */
  other(nth: number): Connected {
    const others = this.connected.slice(BASE.length);
    return others[nth % others.length]!;
  }

  customerOf(person: Person, { name }: Connected): string {
    const { reaches } = lineOf(name);
    return reaches === "phone" ? person.phone : reaches === "mail" ? person.mail : `90${this.desk.account.id.replaceAll(/\D/g, "").slice(-8)}${this.connected.findIndex((one) => one.name === name)}${person.nth}`;
  }
  /** How we name them when we write to them. */
  addressOf(person: Person, connected: Connected): string {
    const customer = this.customerOf(person, connected);
    return lineOf(connected.name).addressOf?.(customer) ?? customer;
  }
  place = (person: Person, connected: Connected): Place => ({ ours: connected.ours, customer: this.customerOf(person, connected), settings: connected.settings });
  talkOn = (person: Person, { name }: Connected): string | undefined => (lineOf(name).reaches === "user" ? person.talks.get(name) : person.talkId);

  /** The provider's clock for what happens between a customer and us: never twice the same second. */
  moment(person: Person, { name }: Connected): number {
    const key = `${name} ${person.nth}`;
    const at = Math.max(Date.now(), (this.clocks.get(key) ?? 0) + 1_000);
    this.clocks.set(key, at);
    return at;
  }

  /** What must never leave: nothing that nobody wrote, nothing after a STOP, nothing once the window is closed. */
  private watch({ entryId, provider, to }: Parameters<Providers["onCall"]>[0]): void {
    const connected = this.connected.find(({ name }) => name === provider);
    const person = connected && this.people.find((one) => this.addressOf(one, connected) === to);
    if (!connected || !person) return;
    if (entryId === null) this.violations.push(`something that nobody wrote left for ${to}`);
    if (connected.kind === "sms" && this.stopped.has(to)) this.violations.push(`a text left for ${to} after its STOP was taken`);
    const { window } = channelOf(provider)!.capabilities;
    const hours = window && Math.max(window.hours ?? Infinity, window.humanHours ?? 0);
    if (hours !== null && Date.now() >= (this.opened.get(`${provider} ${to}`) ?? 0) + hours * HOUR_MS) this.violations.push(`a message left for ${to} by ${provider} after its window`);
  }

  /** Where the id of a line makes a customer somebody else, their conversation is found by it. */
  async findTalks(): Promise<void> {
    for (const connected of this.connected) {
      if (lineOf(connected.name).reaches !== "user") continue;
      for (const person of this.people) {
        if (person.talks.has(connected.name)) continue;
        const found = await this.desk.account.db.prepare("SELECT c.conversation_id AS id FROM identity i JOIN contact c ON c.account_id = i.account_id AND c.id = i.contact_id WHERE i.account_id = ? AND i.address = ?")
          .bind(this.desk.account.id, this.addressOf(person, connected)).first<{ id: string | null }>().catch(() => null);
        if (found?.id) person.talks.set(connected.name, found.id);
      }
    }
  }

  /** True once it was answered 2xx. `settled` also says that nothing of it waits in a queue. */
  async hook(name: LineName, given: Posted, url = this.hookUrl(name)): Promise<{ taken: boolean; settled: boolean }> {
    const response = await this.call(url, signed(name, url, given, this.connection(name).settings)).catch(() => null);
    return { taken: response?.ok === true, settled: response?.ok === true && this.faults.queued.length === 0 };
  }

  hookUrl = (name: LineName): string => `${env.PUBLIC_URL}/hooks/${name}/${this.connection(name).id}`;

  /** A provider reports. Heard once we said 2xx; until then it will report again. */
  async report(report: Report): Promise<void> {
    const delivery = this.providers.deliveryOf(report);
    report.tries++;
    const connected = this.connection(delivery.provider);
    const said = lineOf(delivery.provider).words[report.word]!.post(delivery, { ours: connected.ours, customer: delivery.to, settings: connected.settings });
    const { taken } = await this.hook(delivery.provider, said, delivery.statusUrl || undefined);
    if (taken) report.heard = true;
  }

  // ---- Time and the platform ------------------------------------------------------------------

  /** The conversations that may exist. */
  talks(): TestConversation[] {
    return this.people.flatMap(talksOf).map((id) => conversation(this.desk, id));
  }

  stubs(): { name: string; stub: DurableObjectStub }[] {
    const { id } = this.desk.account;
    const talks = this.people.flatMap(talksOf).map((talk) => ({ name: `${id}/${talk}`, stub: env.CONVERSATION.getByName(`${id}/${talk}`) as DurableObjectStub }));
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

/** Makes a connection of one of the other lines. */
async function connect(desk: Desk, name: LineName): Promise<Connected> {
  const channel = channelOf(name)!;
  const forge = FORGES[name]!;
  const { address, settings } = lineOf(name).connects ?? { address: forge.address(HOOK), settings: forge.settings(HOOK) };
  const row = await createConnection(desk.account, channel.kind, { provider: name, name, address, settings: {} }, channel.settings.parse(settings), Date.now());
  return { name, id: row.id, kind: channel.kind, ours: address, settings };
}

/** Which of the accounts that `support/hooks.ts` makes up is ours: any. */
const HOOK = 7_001;
const HOUR_MS = 3_600_000;
export const talksOf = ({ talkId, chatId, talks }: Person): string[] => [talkId, ...(chatId ? [chatId] : []), ...talks.values()];

export const sms = (externalId: string, from: string, words: string, picture: string | null): Posted => ({
  type: "application/x-www-form-urlencoded; charset=UTF-8",
  body: new URLSearchParams({ MessageSid: externalId, From: from, To: "+15125550100", Body: words, ...(picture && { MediaUrl0: `https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/${picture}`, MediaContentType0: "image/jpeg", NumMedia: "1" }) }).toString(),
});
