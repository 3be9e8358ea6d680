import { describe, expect, it } from "vitest";
import { channels } from "../../worker/channels/registry";
import { type ChannelConnection, PLAIN_MESSAGE, type OutboundMessage } from "../../worker/channels/channel";
import type { Capabilities } from "../../worker/contract/channel";
import type { ComposeChannel } from "../../worker/contract/compose";
import type { Draft } from "../../worker/contract/entry";
import { maySend, type SendDraft } from "../../worker/domain/sendable";
import { hindrance } from "../../web/inbox/composer/hindrance";

/** Text that fills `of` units of a channel's own kind. */
const words = ({ unit }: Capabilities["text"], of: number): string =>
  (unit === "bytes" ? "é".repeat(Math.floor(of / 2)) + "x".repeat(of % 2) : unit === "segments" ? "x".repeat(of === 1 ? 160 : of * 153) : "x".repeat(of));
const concrete = (pattern: string): string => (pattern.startsWith("*") ? "application/pdf" : pattern.replace("/*", "/jpeg"));

type File = SendDraft["files"][number];
type Case = [what: string, text: string, files: File[]];

/** Drafts on both sides of every limit that a channel names. */
function cases({ text, media }: Capabilities): Case[] {
  const all: Case[] = [
    ["nothing", "", []], ["spaces", "  \n ", []], ["a word", "Hello", []],
    ["as much text as fits", words(text, text.max), []], ["a little more text than fits", words(text, text.max) + "x", []],
    ["emoji to the brim", "🙂".repeat(Math.floor(text.max / 4)), []],
  ];
  const file = (type: string, size = 1_000, name = "a file"): File => ({ type, size, name });
  if (media === null) return [...all, ["a file", "", [file("image/jpeg")]], ["a file and words", "Hello", [file("image/jpeg")]]];
  const first = concrete(media.types[0]!);
  const limit = Math.min(media.bytes, media.limits.find(({ type }) => first.startsWith(type))?.bytes ?? media.bytes);
  all.push(
    ["a file", "", [file(first)]], ["a file and words", "Hello", [file(first)]],
    ["a kind with a parameter", "", [file(`${first}; charset=utf-8`)]], ["a kind in capitals", "", [file(first.toUpperCase())]],
    ["a strange kind", "", [file("application/x-strange")]], ["no kind", "", [file("")]],
    ["a file as large as fits", "", [file(first, limit)]], ["a file that is too large", "", [file(first, limit + 1)]],
    ["as many files as fit", "", Array.from({ length: media.max }, () => file(first, 1))], ["one file too many", "", Array.from({ length: media.max + 1 }, () => file(first, 1))],
    ["files too large together", "", [file(first, limit), file(first, limit)]],
    ["as many words beside a file as fit", "x".repeat(media.words ?? 20), [file(first)]],
    ["more words beside a file than fit", `${words(text, media.words ?? text.max)}x`, [file(first)]],
  );
  for (const { type, bytes } of media.limits) {
    const kind = type.endsWith("/") ? `${type}x-test` : type;
    all.push([`${type} as large as fits`, "", [file(kind, Math.min(bytes, media.bytes))]], [`${type} that is too large`, "", [file(kind, Math.min(bytes, media.bytes) + 1)]]);
  }
  return all;
}

/** The composer's word while somebody writes, and the engine's when it is to go. */
function verdicts(capabilities: Capabilities, kind: ComposeChannel["channel"], text: string, files: File[]) {
  const draft: Draft = { mode: "reply", channel: kind, text, updatedAt: "2026-11-22T00:00:00.000Z", attachments: files.map((one, index) => ({ ...one, id: `a${index}`, url: "", state: "ready" as const })) };
  const via: ComposeChannel = { channel: kind, connectionId: "ch_1", from: "", because: "", to: ["someone"], outcome: "allowed", reason: null, sentence: "", capabilities };
  const now = Date.UTC(2026, 10, 22, 12);
  const engine = maySend({
    head: { contactName: "Ana", consent: {} }, channel: kind, connection: "active", capabilities, window: { openedAt: now - 60_000, ad: false, used: 0 }, draft: { text: text.trim(), files, template: null, hasLocation: false },
    automated: false, scheduled: false, quiet: { hours: null, zone: null, accountZone: "UTC" }, role: "agent", now,
  });
  return { composer: hindrance(draft, via, { to: ["someone@example.com"], cc: [], bcc: [] }), engine };
}

/** What the composer calls what the engine refuses for. */
const REASONS: Record<string, string[]> = { empty: ["empty"], "too-long": ["too-long"], caption: ["too-long"], file: ["too-large", "bad-type", "turn-used"] };

describe.each(Object.values(channels).filter(({ capabilities }) => capabilities.transport !== "none"))("the composer and the engine on $title", ({ kind, capabilities, provider, send }) => {
  it.each(cases(capabilities))("say the same of %s", async (_, text, files) => {
    const { composer, engine } = verdicts(capabilities, kind, text, files);
    const refused = engine.outcome === "refused" ? engine.reason : null;
    // How many messages of a turn are left is the window's business, which the composer hears of by itself.
    if (refused === "turn-used") return;
    expect(refused === null ? composer : REASONS[composer?.why ?? ""]).toEqual(refused === null ? null : expect.arrayContaining([refused]));
    // What both let pass, the provider's own side does not refuse for its length: where it goes out as one message.
    if (refused !== null || !send || files.length > 0 || kind === "email") return;
    const message: OutboundMessage = { ...PLAIN_MESSAGE, id: "m1", reference: "c:m1", from: "+15125550100", to: "+14155550123", text, media: [], email: null, statusUrl: "https://inbox.example.com/hooks" };
    const asked: string[] = [];
    const connection = { id: "ch_1", accountId: "a_1", address: "+15125550100", settings: {}, ownAddresses: [], country: "US" } as unknown as ChannelConnection<never>;
    // It stops at its first call: what it would refuse by itself it has refused by then.
    const result = await send(message, connection, { now: () => 0, fetch: ((input) => { asked.push(String(input)); return Promise.reject(new Error("stop")); }) as typeof fetch }).catch(() => null);
    expect([provider, result]).toEqual([provider, null]);
  });
});
