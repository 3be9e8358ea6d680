import type { VisitorIdentity, WidgetConfig } from "../../worker/contract/widget";

/** What the host page's loader tells the frame. */
export type ToFrame =
  | { type: "open" } | { type: "close" }
  | { type: "page"; url: string; title: string; referrer: string; scheme: "light" | "dark" }
  | { type: "identify"; identity: VisitorIdentity }
  | { type: "event"; name: string; data: Record<string, unknown> }
  | { type: "preview"; config: WidgetConfig }
  | { type: "logout" };

/** What the frame tells the loader: never a word of the conversation. */
export type ToHost = { type: "ready" } | { type: "close" } | { type: "unread"; count: number } | { type: "started" | "rated"; stars?: number };

export interface Host { say(message: ToHost): void; stop(): void }

/** Talks to one origin only, and hears only the window that frames us. Without an origin (opened on its own) it is silent. */
export function connectHost(origin: string | null, hear: (message: ToFrame) => void, own: Window = window): Host {
  const listen = (event: MessageEvent<unknown>) => {
    if (event.source !== own.parent || event.origin !== origin) return;
    const data = event.data as { switchboard?: ToFrame } | null;
    if (typeof data === "object" && data?.switchboard) hear(data.switchboard);
  };
  if (origin !== null && own.parent !== own) own.addEventListener("message", listen);
  return {
    say: (message) => { if (origin !== null && own.parent !== own) own.parent.postMessage({ switchboard: message }, origin); },
    stop: () => own.removeEventListener("message", listen),
  };
}
