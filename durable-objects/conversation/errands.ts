import type { ChannelIo, Signal } from "../../worker/channels/channel";
import { channelOf } from "../../worker/channels/registry";
import type { Reaction } from "../../worker/contract/content";
import type { Entry } from "../../worker/contract/entry";
import { nameContact } from "../../worker/db/contact-records";
import { openConnection, type OpenConnection } from "../../worker/flows/open-connection";
import { unattended } from "../../worker/domain/sendable";
import { rawKey } from "../../worker/flows/inbound";
import { channelIo } from "../../worker/flows/provider-io";
import { log } from "../../worker/platform/log";
import { objectKey } from "../../worker/platform/media";
import type { Timers } from "../lib/timers";
import { amend } from "./amending";
import type { Delivery } from "./receiving";
import type { SendingHost } from "./sending";
import type { Store, Stored } from "./store";

/** A provider that has not answered by then will not. */
const CALL_TIMEOUT_MS = 15_000;
/** A reaction is tried this often, with waits of 4, 16, 64 s: later nobody looks any more. */
const REACT_TRIES = 4;
const REACT_WAIT_MS = 1_000;
/** More than this nobody has said before their name is known. */
const RENAMED_MAX = 50;
/** After the first word that a message went out: carriers tell the price within minutes, now and then within the hour. */
export const PRICE_LOOKS_MS = [5 * 60_000, 60 * 60_000] as const;
/** Longer than asking for it may take. */
const PRICE_LEASE_MS = 60_000;
/** After these a name is asked for again; the provider may be down, or slow to know a new customer. */
const NAME_WAITS_MS = [60_000, 10 * 60_000, 3_600_000, 6 * 3_600_000];
/** Platforms show typing for about 20 s after they are told. */
const TYPING_EVERY_MS = 15_000;

/** Small calls that may be repeated or lost without harm: reactions, "read", "typing", a customer's name, the deletion of bytes. */
export class Errands {
  private typedAt = 0;

  constructor(private readonly host: SendingHost) {}

  /** Brings our reaction to the provider. */
  async react(seq: number): Promise<void> {
    const { store, timers } = this.host;
    const key = `react:${seq}`;
    const stored = store.at(seq);
    const wanted = stored?.internal.reaction;
    const open = await this.lineOf(stored);
    if (!stored || !wanted || stored.entry.deleted || stored.internal.externalId === null) return timers.clear(key);
    const line = open?.channel.react && open.row.status !== "disabled" ? open : null;
    const result = line === null ? { ok: false as const, class: "config" as const, code: "switched-off", detail: "" }
      : await line.channel.react!({ target: stored.internal.externalId, to: stored.entry.to ?? "", emoji: wanted.emoji }, line.connection, this.io())
        .catch((error: unknown) => ({ ok: false as const, class: "temporary" as const, code: "no-answer", detail: String(error) }));
    this.host.write(() => {
      const current = store.at(seq)!;
      // Changed meanwhile: its own timer is set.
      if (current.internal.reaction?.emoji !== wanted.emoji) return;
      const isTemporary = !result.ok && (result.class === "temporary" || result.class === "rate") && wanted.tries + 1 < REACT_TRIES;
      if (isTemporary) {
        timers.set(key, this.host.now() + REACT_WAIT_MS * 4 ** (wanted.tries + 1));
        return void store.remember(current, { reaction: { ...wanted, tries: wanted.tries + 1 } });
      }
      timers.clear(key);
      store.update(current, { reactions: (current.entry.reactions ?? []).map((one) => (one.by === "member" ? { ...one, state: result.ok ? "sent" as const : "failed" as const } : one)) }, { reaction: undefined });
    });
    if (!result.ok) log("reaction-failed", { account: this.host.accountId, connection: stored.entry.connectionId, code: result.code });
  }

  /** Changes a message of ours at the provider (null: takes it back) and then here. Safe to repeat; answers why not, in a sentence. */
  async amend(stored: Stored, text: string | null, automated: boolean): Promise<{ ok: true; entry: Entry } | { ok: false; sentence: string }> {
    const { store } = this.host;
    const open = await this.lineOf(stored);
    const target = stored.internal.externalId;
    const able = open && (text === null ? open.channel.capabilities.delete : open.channel.capabilities.edit);
    if (!open || !able || target === null) return { ok: false, sentence: text === null ? "This channel cannot take back what has arrived." : "This channel cannot change what has arrived." };
    const refusal = text === null ? null : unattended({ capabilities: open.channel.capabilities, automated });
    if (refusal) return { ok: false, sentence: refusal.sentence };
    const to = stored.entry.to ?? "";
    const call = text === null ? open.channel.unsend!({ target, to }, open.connection, this.io()) : open.channel.edit!({ target, to, text }, open.connection, this.io());
    const result = await call.catch((error: unknown) => ({ ok: false as const, code: "no-answer", detail: String(error) }));
    if (!result.ok) {
      log("change-failed", { account: this.host.accountId, connection: open.row.id, code: result.code });
      return { ok: false, sentence: open.channel.explain(result.code) ?? "The provider did not take the change. Try again in a minute." };
    }
    return this.host.write(() => {
      const now = this.host.now();
      const event = text === null ? { kind: "delete" as const } : { kind: "edit" as const, text, version: now };
      const changed = amend(store, this.host.timers, { id: open.row.id, provider: open.row.provider }, { ...event, target, person: { kind: "user", address: to }, by: "us", at: now }, now, true);
      return { ok: true, entry: (changed ?? store.at(stored.entry.seq)!).entry };
    });
  }

  /** Tells the customer's app that a colleague has read what it brought. */
  async read(): Promise<void> {
    const { store } = this.host;
    const newest = this.newestInbound();
    if (!newest || newest.entry.seq <= (store.head.seenSeq ?? 0)) return;
    this.host.write(() => { store.head.seenSeq = newest.entry.seq; });
    await this.signal("read", newest);
  }

  /** A colleague is writing on the channel the customer last used. */
  async typing(channel: string): Promise<void> {
    const now = this.host.now();
    const newest = this.newestInbound();
    if (now - this.typedAt < TYPING_EVERY_MS || newest?.entry.channel !== channel) return;
    this.typedAt = now;
    await this.signal("typing", newest);
  }

  /** Asks the provider what a customer calls themselves: again for some hours where it cannot say it now. */
  async profile(): Promise<void> {
    const { store, timers, env } = this.host;
    const tries = store.head.nameTries ?? 0;
    const wait = NAME_WAITS_MS[tries];
    this.host.write(() => {
      // Set before the call, so that one that dies is repeated.
      if (wait === undefined) timers.clear("profile");
      else timers.set("profile", this.host.now() + wait);
      store.head.nameTries = wait === undefined ? undefined : tries + 1;
    });
    const newest = this.newestInbound();
    const known = newest ? { address: newest.entry.to, connectionId: newest.entry.connectionId } : Object.values(store.head.sticky)[0];
    const open = known?.connectionId && known.address ? await openConnection(env, known.connectionId) : null;
    const found = open?.channel.profile ? await open.channel.profile(known!.address!, open.connection, this.io()).catch(() => "later" as const) : null;
    if (found === "later") return;
    const name = found?.name.trim().slice(0, 200);
    const isTaken = name ? await nameContact(open!.account, store.head.contactId, name) : false;
    this.host.write(() => {
      timers.clear("profile");
      // Some platforms tell it only of those who have written.
      store.head.nameTries = name || newest ? undefined : 0;
      if (name && isTaken) this.rename(name);
    });
  }

  /** Writes a name that was just learned wherever the id stood for it. */
  private rename(name: string): void {
    const { store } = this.host;
    const { head } = store;
    for (const stored of store.page({ limit: RENAMED_MAX })) if (stored.entry.author.id === head.contactId) store.update(stored, { author: { ...stored.entry.author, name } });
    head.sticky = Object.fromEntries(Object.entries(head.sticky).map(([channel, sticky]) => [channel, sticky.name === head.contactName ? { ...sticky, name } : sticky]));
    if (head.preview?.author.id === head.contactId) head.preview = { ...head.preview, author: { ...head.preview.author, name } };
    head.contactName = name;
  }

  /** Asks what a message of ours cost; once more later, and then never. */
  async price(seq: number, now: number): Promise<void> {
    const { store, timers } = this.host;
    const key = `price:${seq}`;
    // Nothing waits for it, and what is due besides need not either.
    timers.set(key, now + PRICE_LEASE_MS);
    const stored = store.at(seq);
    const open = await this.lineOf(stored);
    const externalId = stored?.internal.externalId;
    const bill = stored && externalId && !stored.entry.price ? await open?.channel.bill?.(externalId, open.connection, this.io()).catch(() => null) : null;
    this.host.write(() => {
      const current = store.at(seq);
      const looks = (current?.internal.priceLooks ?? 0) + 1;
      if (bill || !current || current.entry.price || looks >= PRICE_LOOKS_MS.length) timers.clear(key);
      else timers.set(key, now + PRICE_LOOKS_MS[looks]!);
      if (!current || current.entry.price) return;
      if (bill) store.update(current, { price: bill.price, segments: bill.segments ?? current.entry.segments }, { priceLooks: looks });
      else store.remember(current, { priceLooks: looks });
    });
  }

  /** Deletes the bytes of what was unsent. */
  async wipe(seq: number): Promise<void> {
    const { store, timers, env, accountId } = this.host;
    const wanted = store.at(seq)?.internal.wipe;
    if (wanted) await env.BUCKET.delete([...wanted.files.map((id) => objectKey(accountId, id)), ...(wanted.rawId ? [rawKey(accountId, wanted.rawId)] : [])]);
    timers.clear(`wipe:${seq}`);
  }

  private newestInbound(): Stored | null {
    const { store } = this.host;
    return store.head.connectionId ? store.newestInbound(store.head.connectionId) : null;
  }

  private async signal(kind: Signal["kind"], newest: Stored): Promise<void> {
    const open = await this.lineOf(newest);
    // A public comment is in no chat where we could be seen.
    if (!open?.channel.signal || open.row.status !== "active" || newest.entry.content?.kind === "comment") return;
    await open.channel.signal({ kind, to: newest.entry.to ?? "", target: newest.internal.externalId }, open.connection, this.io())
      .catch((error: unknown) => log("signal-failed", { account: this.host.accountId, connection: open.row.id, error }));
  }

  private async lineOf(stored: Stored | null): Promise<OpenConnection | null> {
    return stored?.entry.connectionId ? openConnection(this.host.env, stored.entry.connectionId) : null;
  }

  private io(): ChannelIo {
    return channelIo(() => this.host.now(), CALL_TIMEOUT_MS);
  }
}

/** Sees to it that a customer whose messages do not say what they are called gets their name: at once, and when they first write where we wrote first. */
export function askName(store: Store, timers: Timers, { connection, birth, events }: Delivery, isNew: boolean, now: number): void {
  if (!channelOf(connection.provider)?.profile) return;
  const { head } = store;
  if (isNew && birth.isNameless) head.nameTries = 0;
  const isDue = head.nameTries === 0 && (isNew || events.some(({ event }) => event.kind === "message"));
  if (isDue && timers.get("profile") === null) timers.set("profile", now);
}

/** A message with our reaction set or taken away; null when its channel has none or it cannot be named to the provider. */
export function withReaction({ entry, internal }: Stored, provider: string | undefined, emoji: string | null, member: { id: string; name: string }): Reaction[] | null {
  if (!provider || !channelOf(provider)?.capabilities.reactions || internal.externalId === null || entry.deleted) return null;
  const others = (entry.reactions ?? []).filter(({ by }) => by !== "member");
  return emoji === null ? others : [...others, { emoji, by: "member", id: member.id, name: member.name, state: "sending" }];
}
