import { cleanup, render } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeEach, vi } from "vitest";
import type { Me } from "../../worker/contract/account";
import type { Reaction } from "../../worker/contract/content";
import type { Attachment, Entry } from "../../worker/contract/entry";
import { EntryProvider } from "../../web/inbox/thread/entry-context";
import { EntryRow } from "../../web/inbox/thread/entry";
import { answering } from "../../web/lib/answering";
import { refresh, setMe } from "../../web/lib/me";
import { Toasts } from "../../web/ui/toast";

export const file = (type: string, change: Partial<Attachment> = {}): Attachment => ({ id: "a1", name: "file", type, size: 1_000, url: "/media/a1", state: "ready", ...change });
export const reaction = (emoji: string, change: Partial<Reaction> = {}): Reaction => ({ emoji, by: "contact", id: "ct_1", name: "Robin Example", state: null, ...change });
export const own = (emoji: string, state: Reaction["state"] = "sent"): Reaction => reaction(emoji, { by: "member", id: "u1", name: "Ana Ruiz", state });

export interface Stage { goTo?: (id: string) => Promise<boolean>; earlier?: boolean }
/** One row of a thread; the answer of the server replaces it as in the inbox. */
export function show(first: Entry, { goTo = () => Promise.resolve(true), earlier = false }: Stage = {}) {
  const [current, setCurrent] = createSignal(first);
  return render(() => (
    <EntryProvider value={{
      conversationId: "c1", contactName: () => "Robin Example", isOpen: () => true, toggle: () => undefined, goTo, at: () => (earlier ? null : first.id), setAt: () => undefined,
      merge: ([next]) => { if (next) setCurrent(next); },
    }}>
      <main role="region"><EntryRow placed={{ entry: current(), opensDay: false, opensGroup: true, closesGroup: true }} isNew={false} /></main>
      <Toasts />
    </EntryProvider>
  ));
}

export type Answer = { status: number; body: unknown };
interface World { asked: { method: string; path: string; body: unknown }[]; answer: (path: string) => Answer | Promise<Answer> }

const CONNECTIONS = [
  { id: "ch_wa", status: "active", capabilities: { reactions: true, replies: true } },
  { id: "ch_1", status: "active", capabilities: { reactions: false, replies: false } },
  { id: "ch_rev", status: "active", capabilities: { reactions: false, replies: false, edit: true, delete: true, public: true } },
  { id: "ch_off", status: "disabled", capabilities: { reactions: true, replies: true } },
];

/** Ana, signed in, in an account with one connection that can do everything, one that cannot and one that is off. */
export function atWork(): World {
  const world: World = { asked: [], answer: () => ({ status: 404, body: null }) };
  beforeEach(async () => {
    vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
      world.asked.push({ method: init.method ?? "GET", path, body: init.body ? JSON.parse(String(init.body)) as unknown : null });
      const { status, body } = path === "/api/v1/connections" ? { status: 200, body: { items: CONNECTIONS } } : await world.answer(path);
      return new Response(JSON.stringify(body), { status });
    });
    setMe({ member: { id: "u1", name: "Ana Ruiz" } } as Me);
    await refresh("connections");
    world.asked = [];
  });
  afterEach(() => {
    cleanup();
    answering("c1").clear();
    setMe(null);
    vi.unstubAllGlobals();
  });
  return world;
}
