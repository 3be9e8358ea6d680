import { batch, createMemo, createSignal, onCleanup } from "solid-js";
import type { PreChat, VisitorAct, VisitorFrame, VisitorIdentity, VisitorSession, WidgetConfig } from "../../worker/contract/widget";
import type { Api, Answer } from "./api";
import { backoff, createLive, type Link, type Live } from "./live";
import { createOutbox } from "./outbox";
import { createVisit, type About } from "./visit";
import { kept, mayStore } from "./storage";
import { applyFrame, lastFromTeam, merge, NEW_THREAD, shown, unreadCount, type Pending, type Thread } from "./thread";

/** Fewer than asked for means that the conversation has begun there. */
const PAGE_SIZE = 50;
/** Said again this often while somebody types, and forgotten after the longer time without a word. */
const TYPING_EVERY_MS = 3_000;
const TYPING_FORGOTTEN_MS = 6_000;
const UNAUTHENTICATED = 401;

/** What a page tells before the first message; more of it is noise. */
const MAX_EVENTS = 20;

export type Chat = ReturnType<typeof createChat>;

/** The visitor's side of one chat: session, thread, socket and outbox, for as long as the calling component lives. */
export function createChat(connectionId: string, api: Api, about: () => About) {
  const token = kept<string>(connectionId, "token");
  const [session, setSession] = createSignal<VisitorSession | null>(null);
  const [failure, setFailure] = createSignal<string | null>(null);
  const [thread, setThread] = createSignal<Thread>(NEW_THREAD);
  const [typing, setTyping] = createSignal<string | null>(null);
  const [link, setLink] = createSignal<Link>("connecting");
  const [readSeq, setReadSeq] = createSignal(0);
  const [asked, setAsked] = createSignal(false);
  const [closed, setClosed] = createSignal(false);
  const visit = createVisit(connectionId);
  const events: VisitorAct[] = [];
  let identity: VisitorIdentity | undefined;
  /** The next session must not be the former visitor's. */
  let forget = false;
  let live: Live | null = null;
  let attempt = 0;
  let starting = 0;
  let startTimer: ReturnType<typeof setTimeout> | undefined;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let typedAt = 0;

  const outbox = createOutbox(sendOne, (clientId, { message, conversationId }) => batch(() => {
    if (conversationId !== thread().conversationId) {
      enter(conversationId, { ...NEW_THREAD, conversationId });
      remember(0);
    }
    setThread({ ...thread(), messages: merge(thread().messages, [{ ...message, clientId }]) });
    setAsked(true);
    setClosed(false);
    void tellEvents();
  }));

  /** What the page told waits until there is a conversation to tell it in. */
  async function tellEvents(): Promise<void> {
    while (session() && thread().conversationId !== null && events.length > 0) await api.act(session()!.token, events.shift()!);
  }

  async function sendOne({ clientId, text, attachments, preChat, tapped }: Pending) {
    const current = session();
    if (!current) return null;
    const answer = await api.send(current.token, { clientId, text, attachments: attachments.map(({ id }) => id), preChat, tapped, locale: about().pageLocale });
    if (!answer.ok && answer.status === UNAUTHENTICATED) {
      setSession(null);
      void start();
      return null;
    }
    return answer;
  }

  async function start(): Promise<void> {
    clearTimeout(startTimer);
    const mine = ++starting;
    const answer = await api.start({ token: token.read() ?? undefined, identity, locale: about().pageLocale, cookie: mayStore() ? undefined : forget ? "replace" : "use" });
    if (mine !== starting) return; // the visitor signed in or out meanwhile
    if (!answer.ok) {
      setFailure(answer.detail);
      if (answer.retry) startTimer = setTimeout(() => void start(), backoff(attempt++));
      return;
    }
    const { value } = answer;
    attempt = 0;
    forget = false;
    if (!value.vouched) token.write(value.token);
    outbox.load(kept<Pending[]>(connectionId, `outbox:${value.visitorId}`));
    batch(() => {
      setFailure(null);
      setSession(value);
      setAsked(value.asked);
      setClosed(value.closed ?? false);
      enter(value.conversationId, { conversationId: value.conversationId, cursor: value.cursor, messages: value.messages, readBy: null, atBeginning: value.messages.length < PAGE_SIZE });
      const read = readTo(value.visitorId).read();
      // A browser that has forgotten how far it read must not ring for old messages.
      if (!read) remember(lastFromTeam(value.messages));
      else setReadSeq(read.conversationId === value.conversationId ? read.seq : 0);
    });
    outbox.flush();
    void tellEvents();
  }

  /** Shows a conversation and listens to it. */
  function enter(conversationId: string | null, next: Thread) {
    setThread(next);
    live?.stop();
    live = conversationId === null ? null : createLive({ open: (cursor) => api.open(session()!.token, cursor), cursor: () => thread().cursor, hear, status });
  }

  function status(now: Link) {
    const isBack = now === "live" && link() !== "live";
    setLink(now);
    if (!isBack) return;
    // What the other side forgets when a socket breaks.
    live?.say(visit.told(about()));
    if (readSeq() > 0) live?.say({ type: "read", seq: readSeq() });
  }

  function hear(frame: VisitorFrame) {
    if (frame.type === "typing") {
      clearTimeout(typingTimer);
      setTyping(frame.on ? frame.name : null);
      if (frame.on) typingTimer = setTimeout(() => setTyping(null), TYPING_FORGOTTEN_MS);
      return;
    }
    if (frame.type === "closed") {
      setClosed(frame.closed);
      return;
    }
    const before = lastFromTeam(thread().messages);
    const { thread: next, position } = applyFrame(thread(), frame);
    setThread(next);
    if (position === "behind") { live?.sync(); return; }
    const last = lastFromTeam(next.messages);
    if (last > before) {
      setTyping(null);
      live?.say({ type: "delivered", seq: last });
    }
    outbox.flush();
  }

  const readTo = (visitorId: string) => kept<{ conversationId: string | null; seq: number }>(connectionId, `read:${visitorId}`);

  function remember(seq: number) {
    readTo(session()!.visitorId).write({ conversationId: thread().conversationId, seq });
    setReadSeq(seq);
  }

  const online = () => { if (session()) { live?.reconnect(); outbox.flush(); } else void start(); };
  const offline = () => setLink("offline");
  addEventListener("online", online);
  addEventListener("offline", offline);
  onCleanup(() => {
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    clearTimeout(startTimer);
    clearTimeout(typingTimer);
    outbox.stop();
    live?.stop();
  });
  void start();

  return {
    session, failure, thread, typing, link, asked, closed,
    pending: outbox.pending,
    lines: createMemo(() => shown(thread(), outbox.pending())),
    unread: createMemo(() => unreadCount(thread().messages, readSeq())),
    send: (text: string, attachments: Pending["attachments"], preChat?: PreChat, tapped?: string) => {
      outbox.add({ text, attachments, preChat, ...(tapped !== undefined && { tapped }) });
      typedAt = 0;
      live?.say({ type: "typing", on: false });
    },
    retry: outbox.retry,
    /** Everything up to here has been on the visitor's screen. */
    read: () => {
      const last = lastFromTeam(thread().messages);
      if (last <= readSeq()) return;
      remember(last);
      live?.say({ type: "read", seq: last });
    },
    type: () => {
      if (Date.now() - typedAt < TYPING_EVERY_MS) return;
      typedAt = Date.now();
      live?.say({ type: "typing", on: true });
    },
    older: async () => {
      const { messages, conversationId } = thread();
      const answer = await api.older(session()!.token, messages[0]!.seq);
      if (!answer.ok || thread().conversationId !== conversationId) return;
      setThread({ ...thread(), messages: merge(thread().messages, answer.value.messages), atBeginning: answer.value.messages.length < PAGE_SIZE });
    },
    upload: (file: File, progress: (share: number) => void, signal: AbortSignal) => api.upload(session()!.token, file, progress, signal),
    visit: (page: { url: string; title: string }) => {
      if (visit.turn(page)) live?.say({ type: "page", ...page });
    },
    /** Something the page tells of the visitor. */
    tell: (name: string, data: Record<string, unknown>) => {
      events.push({ type: "event", clientId: crypto.randomUUID(), name, data: data as never });
      events.splice(0, events.length - MAX_EVENTS);
      void tellEvents();
    },
    act: async (act: { type: "end" } | { type: "rating"; stars: number; comment: string }): Promise<Answer<null>> => api.act(session()!.token, { ...act, clientId: crypto.randomUUID() }),
    transcript: (email: string): Promise<Answer<null>> => api.transcript(session()!.token, { email, locale: about().locale, timeZone: about().timeZone }),
    /** Other settings than the session came with. */
    redress: (config: WidgetConfig) => {
      const current = session();
      if (current) setSession({ ...current, config });
    },
    /** Another person than before starts with an empty chat; nothing of the former one is shown or sent. */
    identify: (next: VisitorIdentity | undefined) => {
      if (JSON.stringify(next) === JSON.stringify(identity)) return;
      identity = next;
      batch(() => {
        outbox.unload();
        if (!next) {
          forget = true;
          token.write(null);
        }
        setSession(null);
        setReadSeq(0);
        enter(null, NEW_THREAD);
      });
      void start();
    },
  };
}
