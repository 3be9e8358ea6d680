import { createRoot } from "solid-js";
import type { ConversationPage } from "../../worker/contract/conversation";
import { api, ApiProblem } from "./api";
import { hearOfContacts } from "./contact-news";
import { createFeed, type Feed } from "./feed-store";
import { liveUrl } from "./live";
import { me, refresh } from "./me";

/** Rows asked for at once: two tall screens. */
const PAGE = 60;

let shared: Feed | null = null;

/** The account's live list. One for the page, made at first use. */
export function feed(): Feed {
  shared ??= createRoot(() => createFeed({
    open: (cursor) => new WebSocket(liveUrl("/live/feed", cursor)),
    fetch: ({ filter, sort }, cursor) => {
      const search = new URLSearchParams({ filter: JSON.stringify(filter), sort, limit: String(PAGE) });
      if (cursor !== null) search.set("cursor", cursor);
      return api.get<ConversationPage>(`/api/v1/conversations?${search.toString()}`);
    },
    memberId: () => me()?.member.id ?? "",
    changed: (what, ids) => { if (ids) hearOfContacts(ids); else void refresh(what); },
    problemOf: (error) => { if (error instanceof ApiProblem) return error; throw error; },
    // A 401 to this question signs out by itself.
    mayStay: async () => { await refresh("settings"); return me() !== null; },
  }));
  return shared;
}

/** The next one who signs in starts with nothing of the last. */
export function forgetFeed(): void {
  shared?.stop();
  shared = null;
}
