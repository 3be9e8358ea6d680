import { createEffect, createRoot, createSignal, on } from "solid-js";
import type { Counts } from "../../worker/contract/conversation";
import { api, ApiProblem } from "./api";
import { feed } from "./feed";

/** Numbers may trail what they count by this much; a busy account would otherwise ask without end. */
const SETTLE_MS = 600;
const AT_MOST_EVERY_MS = 3_000;

const [counts, setCounts] = createSignal<Counts | null>(null);

/** How many conversations each view, tab, team, channel and label holds; null until first known. */
export { counts };

let asked = 0;
let pending: ReturnType<typeof setTimeout> | undefined;

async function read(): Promise<void> {
  pending = undefined;
  asked = Date.now();
  try {
    setCounts(await api.get<Counts>("/api/v1/conversations/counts"));
  } catch (error) {
    // Old numbers stay: the connection line already says that we are offline.
    if (!(error instanceof ApiProblem)) throw error;
  }
}

/** Keeps the counts current while the feed moves; answers how to stop. */
export function startCounts(): () => void {
  void read();
  return createRoot((dispose) => {
    createEffect(on(feed().moves, () => {
      pending ??= setTimeout(() => void read(), Math.max(SETTLE_MS, asked + AT_MOST_EVERY_MS - Date.now()));
    }, { defer: true }));
    return () => {
      clearTimeout(pending);
      pending = undefined;
      setCounts(null);
      dispose();
    };
  });
}
