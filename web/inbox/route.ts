import { useNavigate, useSearchParams } from "@solidjs/router";
import { createMemo, type Accessor } from "solid-js";
import type { ChannelKind } from "../../worker/contract/channel";
import type { ConversationFilter, Sort, Tab, View } from "../../worker/contract/conversation";
import type { Query } from "../lib/listing";

// Keyed by the contract's types, so that none is forgotten; its schemas would be much of the first load.
const VIEWS: Record<View, true> = { mine: true, unassigned: true, following: true, all: true };
const TABS: Record<Tab, true> = { recent: true, unread: true, "needs-reply": true, starred: true, open: true, snoozed: true, closed: true, scheduled: true };
const CHANNELS: Record<ChannelKind, true> = { sms: true, email: true, call: true, chat: true, whatsapp: true, instagram: true, messenger: true, google: true, tiktok: true };
export const SORTS: Record<Sort, true> = { newest: true, oldest: true, "waiting-longest": true };
const isOf = <Key extends string>(known: Record<Key, true>, value: string | undefined): value is Key => value !== undefined && Object.hasOwn(known, value);

const NARROWING = ["view", "teamId", "labelId", "channel", "assigneeId", "connectionId", "contactId", "stars", "q"] as const;

/** What narrows the list, apart from its tab. */
export type Place = Omit<ConversationFilter, "tab">;

export interface InboxRoute {
  query: Accessor<Query>;
  tab: Accessor<Tab>;
  conversationId: Accessor<string | null>;
  entryId: Accessor<string | null>;
  /** On a phone the contact is a page of its own. */
  contactOpen: Accessor<boolean>;
  go: (place: Place) => void;
  setTab: (tab: Tab) => void;
  setSort: (sort: Sort) => void;
  search: (q: string) => void;
  open: (id: string, options?: { replace?: boolean }) => void;
  close: () => void;
  showContact: (on: boolean) => void;
}

/** The address of a conversation, or of one entry in it; what "copy link" copies. */
export function conversationHref(id: string, entryId?: string): string {
  return `/?${new URLSearchParams({ c: id, ...(entryId ? { entry: entryId } : {}) }).toString()}`;
}

/** The inbox's state is its address: back, reload and a shared link all land where one was. */
export function useInboxRoute(): InboxRoute {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const one = (name: string): string | undefined => { const value = params[name]; return (Array.isArray(value) ? value[0] : value) || undefined; };

  const query = createMemo<Query>(() => {
    const { view, tab, channel, stars, ...rest } = Object.fromEntries([...NARROWING, "tab"].map((name) => [name, one(name)]));
    const filter: ConversationFilter = {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(isOf(VIEWS, view) && { view }), ...(isOf(TABS, tab) && { tab }), ...(isOf(CHANNELS, channel) && { channel }), ...(/^[0-5]$/.test(stars ?? "") && { stars: Number(stars) }),
    };
    const sort = one("sort");
    return {
      // A search looks everywhere; without one, a list opens on what is open.
      filter: filter.q ? filter : { view: filter.teamId || filter.labelId || filter.channel || filter.assigneeId || filter.contactId ? undefined : "all", ...filter, tab: filter.tab ?? "recent" },
      sort: isOf(SORTS, sort) ? sort : "newest",
    };
  });
  const conversationId = createMemo(() => one("c") ?? null);

  return {
    query, conversationId,
    tab: () => query().filter.tab ?? "recent",
    entryId: () => one("entry") ?? null,
    contactOpen: () => one("contact") === "1",
    go: (place) => setParams({ ...Object.fromEntries([...NARROWING, "tab", "c", "entry", "contact"].map((name) => [name, null])), ...place }),
    setTab: (tab) => setParams({ tab: tab === "recent" ? null : tab, q: null, c: null, entry: null, contact: null }),
    setSort: (sort) => setParams({ sort: sort === "newest" ? null : sort }, { replace: true }),
    search: (q) => setParams({ q: q || null }, { replace: true }),
    // Moving along the list replaces: back leaves the thread instead of walking through every one that was seen.
    open: (id, options) => { if (id !== conversationId()) setParams({ c: id, entry: null, contact: null }, { replace: options?.replace ?? conversationId() !== null }); },
    close: () => { if (history.length > 1 && conversationId() && matchMedia("(max-width: 720px)").matches) navigate(-1); else setParams({ c: null, entry: null, contact: null }); },
    showContact: (on) => (on ? setParams({ contact: "1" }) : setParams({ contact: null }, { replace: true })),
  };
}
