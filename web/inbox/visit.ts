import { createEffect, createRoot, on } from "solid-js";
import { forgetConversations } from "../lib/conversation";
import { startCounts } from "../lib/counts";
import { feed, forgetFeed } from "../lib/feed";
import { local } from "../lib/local";
import { me } from "../lib/me";
import { pauseOutbox, resumeOutbox } from "../lib/outbox";

let visitor: string | null = null;
let stopCounts: () => void = () => {};

/** Opens the local copy, the live list and the outbox for who is signed in, and closes them when that person leaves. */
export const startVisit = (): void => {
  begin();
  watch();
};

function begin(): void {
  const self = me();
  if (!self || visitor === self.member.id) return;
  end();
  visitor = self.member.id;
  local.open(self.account.id, self.member.id);
  feed().start();
  stopCounts = startCounts();
  void resumeOutbox();
}

function end(): void {
  if (visitor === null) return;
  visitor = null;
  stopCounts();
  pauseOutbox();
  // The composer comes with the first thread; it should not come with the list.
  void import("./composer/draft").then(({ forgetDrafts }) => forgetDrafts(), () => { /* never loaded here, so nothing was written */ });
  forgetConversations();
  forgetFeed();
  void local.wipe().catch(() => { /* a browser that refuses keeps a copy that only this member's next visit opens */ });
}

let isWatching = false;
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  createRoot(() => createEffect(on(() => me()?.member.id ?? null, (id) => { if (id === null) end(); }, { defer: true })));
}
