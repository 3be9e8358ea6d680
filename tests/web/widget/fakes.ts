import type { VisitorClientFrame, VisitorFrame, VisitorMessage, VisitorSession } from "../../../worker/contract/widget";
import type { Answer, Api } from "../../../web/widget/api";

export const message = (seq: number, change: Partial<VisitorMessage> = {}): VisitorMessage =>
  ({ id: `e${seq}`, rev: seq, seq, mine: false, author: "Ana", text: `text ${seq}`, state: "sent", attachments: [], at: new Date(Date.UTC(2026, 10, 22, 10, seq)).toISOString(), deleted: false, ...change });

export const session = (change: Partial<VisitorSession> = {}): VisitorSession => ({
  token: "token-1", visitorId: "v_1", conversationId: null, messages: [], cursor: 0, asked: true, vouched: false,
  config: { name: "Northside Cycles", greeting: "What can we fix?", colour: "#1d4a40", position: "right", preChat: [], online: true, awayMessage: "We are out on a ride.", theme: "auto", icon: "bubble", mark: "M0 0", logo: null, greetings: [], consentText: "", sound: false, rating: true, transcript: true },
  ...change,
});

export const frame = (from: number, to: number, messages: VisitorMessage[] = []): VisitorFrame => ({ type: "sync", from, to, more: false, messages, readBy: null });

/** The network as the test wants it. */
export class FakeSocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  readonly said: VisitorClientFrame[] = [];
  constructor(readonly token: string, readonly cursor: number) { super(); }
  accept(): void { this.readyState = WebSocket.OPEN; this.dispatchEvent(new Event("open")); }
  hear(frame: VisitorFrame): void { this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) })); }
  cut(): void { this.readyState = WebSocket.CLOSED; this.dispatchEvent(new Event("close")); }
  send(text: string): void { if (text !== "ping") this.said.push(JSON.parse(text) as VisitorClientFrame); }
  close(): void { this.readyState = WebSocket.CLOSED; }
}

type Draft = Parameters<Api["send"]>[1];
type Sent = Awaited<ReturnType<Api["send"]>>;
export const noNetwork: Answer<never> = { ok: false, retry: true, status: 0, detail: "" };
export const refusal = (status: number, detail: string): Answer<never> => ({ ok: false, retry: false, status, detail });

/** A server that keeps one message for each `clientId`, as the real one does. */
export class FakeApi implements Api {
  readonly sockets: FakeSocket[] = [];
  readonly starts: Parameters<Api["start"]>[0][] = [];
  readonly drafts: Draft[] = [];
  readonly stored = new Map<string, VisitorMessage>();
  /** What the next sends answer instead; `lost`: the server stores it, the answer never comes. */
  readonly weather: (Answer<never> | "lost")[] = [];
  opening: Answer<VisitorSession>[] = [];
  current: VisitorSession;

  constructor(change: Partial<VisitorSession> = {}) { this.current = session(change); }

  start: Api["start"] = (start) => {
    this.starts.push(start);
    return Promise.resolve(this.opening.shift() ?? { ok: true, value: this.current });
  };
  send: Api["send"] = (_token, draft): Promise<Sent> => {
    this.drafts.push(draft);
    const weather = this.weather.shift();
    if (weather && weather !== "lost") return Promise.resolve(weather);
    const seq = this.current.messages.length + this.stored.size + 1;
    const kept = this.stored.get(draft.clientId) ?? message(seq, { mine: true, author: "", text: draft.text });
    this.stored.set(draft.clientId, kept);
    return Promise.resolve(weather === "lost" ? noNetwork : { ok: true, value: { message: kept, conversationId: this.current.conversationId ?? "c_1" } });
  };
  readonly acts: Parameters<Api["act"]>[1][] = [];
  readonly transcripts: Parameters<Api["transcript"]>[1][] = [];
  /** What the next act or transcript answers instead. */
  refusals: Answer<never>[] = [];
  act: Api["act"] = (_token, act) => {
    this.acts.push(act);
    return Promise.resolve(this.refusals.shift() ?? { ok: true, value: null });
  };
  transcript: Api["transcript"] = (_token, draft) => {
    this.transcripts.push(draft);
    return Promise.resolve(this.refusals.shift() ?? { ok: true, value: null });
  };
  older: Api["older"] = () => Promise.resolve({ ok: true, value: { messages: [message(1)] } });
  upload: Api["upload"] = (_token, file, progress) => {
    progress(1);
    return Promise.resolve({ ok: true, value: { id: `a_${file.name}`, name: file.name, type: file.type, size: file.size, url: "/media/x", state: "ready" } });
  };
  open: Api["open"] = (token, cursor) => {
    const socket = new FakeSocket(token, cursor);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  get socket(): FakeSocket { return this.sockets.at(-1)!; }
}
