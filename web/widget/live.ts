import type { VisitorClientFrame, VisitorFrame } from "../../worker/contract/widget";

export type Link = "connecting" | "live" | "offline";

/** Proxies drop sockets that are silent for a minute; twice in that time is enough. */
const PING_MS = 25_000;
/** Two pings unanswered: the network is gone, though `close` has not fired. */
const SILENT_MS = 60_000;
/** Full jitter: after an outage, visitors do not all come back in the same instant. */
const MAX_WAIT_MS = 30_000;
export const backoff = (attempt: number) => Math.random() * Math.min(MAX_WAIT_MS, 500 * 2 ** attempt);

const NOTHING = -1;

export interface Live { say(frame: VisitorClientFrame): void; sync(): void; reconnect(): void; stop(): void }

export interface LiveOptions {
  /** The other side answers at once with what is newer than the cursor. */
  open(cursor: number): WebSocket;
  cursor(): number;
  hear(frame: VisitorFrame): void;
  status(link: Link): void;
}

/** One socket, kept open for as long as it is not stopped. Every connection resumes from the cursor. */
export function createLive({ open, cursor, hear, status }: LiveOptions): Live {
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let heard = 0;
  /** The cursor of the question under way: while its answer is on the way, the same one is not asked again. */
  let asked = NOTHING;

  const say = (frame: VisitorClientFrame) => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame)); };

  function sync() {
    if (asked === cursor()) return;
    asked = cursor();
    say({ type: "sync", cursor: asked });
  }

  function connect() {
    heard = Date.now();
    asked = cursor();
    status("connecting");
    const mine = socket = open(asked);
    // A dead network never fires `close` in time, and a socket that was given up may still speak: only the newest counts.
    const on = <K extends keyof WebSocketEventMap>(type: K, act: (event: WebSocketEventMap[K]) => void) =>
      mine.addEventListener(type, (event) => { if (socket === mine) act(event); });
    on("open", () => status("live"));
    on("message", ({ data }: MessageEvent<string>) => {
      heard = Date.now();
      if (data === "pong") return;
      attempt = 0;
      const frame = JSON.parse(data) as VisitorFrame;
      if (frame.type === "reset" || (frame.type === "sync" && frame.from <= asked)) asked = NOTHING;
      hear(frame);
    });
    on("close", () => {
      drop();
      status("offline");
      retry = setTimeout(connect, backoff(attempt++));
    });
  }

  function drop() {
    clearTimeout(retry);
    const old = socket;
    socket = undefined;
    old?.close();
  }

  function reconnect() {
    drop();
    connect();
  }

  const beat = setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heard > SILENT_MS) reconnect();
    else socket.send("ping");
  }, PING_MS);

  connect();
  return { say, sync, reconnect, stop: () => { clearInterval(beat); drop(); } };
}
