import { createSignal, type Accessor } from "solid-js";
import type { VisitorMessage } from "../../worker/contract/widget";
import type { Answer } from "./api";
import { backoff } from "./live";
import type { Kept } from "./storage";
import type { Pending } from "./thread";

type Sent = Answer<{ message: VisitorMessage; conversationId: string }>;

export interface Outbox {
  pending: Accessor<Pending[]>;
  add(message: Pick<Pending, "text" | "attachments" | "preChat" | "tapped">): void;
  retry(clientId: string): void;
  /** Tries again at once: the network is back. */
  flush(): void;
  /** The visitor is known: what they left unsent earlier comes first. */
  load(kept: Kept<Pending[]>): void;
  /** Another visitor takes over: the former one's messages stay in their own store. */
  unload(): void;
  stop(): void;
}

/**
 * Messages on their way, in order, one at a time, and kept over a reload. Each is repeated under its own `clientId` until it
 * is stored or refused for good.
 */
export function createOutbox(send: (message: Pending) => Promise<Sent | null>, stored: (clientId: string, sent: { message: VisitorMessage; conversationId: string }) => void): Outbox {
  const [pending, setPending] = createSignal<Pending[]>([]);
  let kept: Kept<Pending[]> | null = null;
  let busy = false;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = (next: Pending[]) => { setPending(next); kept?.write(next.length > 0 ? next : null); };
  const mark = (clientId: string, change: Partial<Pending>) => save(pending().map((each) => (each.clientId === clientId ? { ...each, ...change } : each)));

  async function run(): Promise<void> {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    try {
      for (let next = first(); next; next = first()) {
        const { clientId } = next;
        const answer = await send(next);
        if (answer?.ok) {
          attempt = 0;
          stored(clientId, answer.value);
          save(pending().filter((each) => each.clientId !== clientId));
        } else if (answer && !answer.retry) {
          mark(clientId, { state: "failed", reason: answer.detail });
        } else {
          mark(clientId, { state: "waiting" });
          timer = setTimeout(() => void run(), backoff(attempt++));
          return;
        }
      }
    } finally {
      busy = false;
    }
  }
  const first = () => pending().find(({ state }) => state !== "failed");

  return {
    pending,
    add: (message) => {
      save([...pending(), { ...message, clientId: crypto.randomUUID(), at: new Date().toISOString(), state: "sending" }]);
      void run();
    },
    retry: (clientId) => { mark(clientId, { state: "sending" }); void run(); },
    flush: () => void run(),
    load: (next) => {
      if (kept) return;
      kept = next;
      save([...next.read() ?? [], ...pending()]);
    },
    unload: () => { kept = null; setPending([]); },
    stop: () => clearTimeout(timer),
  };
}
