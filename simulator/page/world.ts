import { createSignal, onCleanup } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type { ApiProblem, ChatInbound, ClockReport, InboundResult, MailInbound, SmsInbound, StatusChange, Threads, Upload, WeatherChange, WeatherReport, WireLine, WorldConnection, WorldMessage } from "../api";
import type { AppInboundInput } from "../meta/inbound";
import type { Template } from "../meta/whatsapp/template";
import type { Review } from "../google/review";
import { APPS } from "./apps/apps";

// Once a second feels live for a person who looks at it, and costs a local server nothing.
const POLL_MS = 1_000;
const WIRE_SHOWN = 200;
/** Companies that take mail in for us. */
const MAIL_IN: readonly string[] = ["cloudflare-email", "postmark", "mailgun", "sendgrid"];

export class Refused extends Error {}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`/simulator/api/${path}`, body === undefined ? undefined : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (answer.ok) return await answer.json() as T;
  const problem = await answer.json().catch(() => null) as ApiProblem | null;
  throw new Refused(problem?.error ?? `The simulator answered ${answer.status}.`);
}

/** The pretend world as the page sees it: read every second while somebody looks. */
export function createWorld() {
  const [connections, setConnections] = createSignal<readonly WorldConnection[]>([]);
  const [threads, setThreads] = createStore<Threads>({ phones: [], mailboxes: [] });
  const [wire, setWire] = createSignal<readonly WireLine[]>([]);
  const [weather, setWeather] = createSignal<WeatherReport>({ seed: 0, all: {}, providers: {} });
  const [clockReport, setClock] = createSignal<ClockReport>({ now: new Date().toISOString(), aheadMs: 0 });
  const [templates, setTemplates] = createSignal<readonly Template[]>([]);
  const [dead, setDead] = createSignal<ReadonlySet<string>>(new Set());
  const [online, setOnline] = createSignal(true);
  let last = 0;
  let running = false;

  async function look() {
    if (running || document.hidden) return;
    running = true;
    try {
      const [seen, lines] = await Promise.all([call<Threads>("threads"), call<WireLine[]>(`wire?after=${last}`)]);
      setThreads(reconcile(seen, { key: "id" }));
      if (lines.length > 0) {
        // Templates change by calls and by reviews, and both go over the wire.
        if (lines.some(({ provider }) => provider === "whatsapp")) setTemplates(await call<Template[]>("whatsapp/templates"));
        last = lines.at(-1)?.n ?? last;
        setWire((known) => [...known, ...lines].slice(-WIRE_SHOWN));
      }
      if (connections().length === 0) await lookAround();
      setOnline(true);
    } catch {
      setOnline(false);
    } finally {
      running = false;
    }
  }

  async function lookAround() {
    const [known, sky, time, approved, tokens] = await Promise.all([
      call<WorldConnection[]>("connections"), call<WeatherReport>("weather"), call<ClockReport>("clock"), call<Template[]>("whatsapp/templates"),
      Promise.all(APPS.map(async ({ provider }) => ({ provider, ...await call<{ valid: boolean }>(`${provider}/token`) }))),
    ]);
    setConnections(known);
    setWeather(sky);
    setClock(time);
    setTemplates(approved);
    setDead(new Set(tokens.filter(({ valid }) => !valid).map(({ provider }) => provider)));
  }

  const timer = setInterval(() => void look(), POLL_MS);
  const back = () => void look();
  document.addEventListener("visibilitychange", back);
  onCleanup(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", back);
  });
  void look();

  /** Shows the result of an action without waiting for the next look. */
  async function act<T>(path: string, body: unknown): Promise<T> {
    const answer = await call<T>(path, body);
    await look();
    return answer;
  }

  return {
    connections, threads, wire, weather, online, templates,
    /** What the pretend world's clocks show. */
    time: () => new Date(Date.now() + clockReport().aheadMs),
    isTokenValid: (provider: string) => !dead().has(provider),
    app: (provider: string, body: AppInboundInput) => act<InboundResult>(`${provider}/inbound`, body),
    person: (provider: string, change: { from: string; blocked?: boolean; hidesPhone?: boolean; isEuropean?: boolean; capable?: boolean }) => act(`${provider}/people`, change),
    forward: async (forwardMs: number) => {
      setClock(await call<ClockReport>("clock", { forwardMs }));
      await look();
    },
    token: async (provider: string, valid: boolean) => {
      await call(`${provider}/token`, { valid });
      await lookAround();
    },
    template: async (template: Template, status: "APPROVED" | "PAUSED" | "REJECTED" | "DISABLED") => {
      await call("whatsapp/template", { name: template.name, language: template.language, status });
      await lookAround();
    },
    text: (provider: string, message: SmsInbound) => act<InboundResult>(`${provider}/inbound`, message),
    /** The addresses of ours that mail reaches. */
    mailboxes: () => connections().filter(({ provider, address }) => MAIL_IN.includes(provider) && address.includes("@")).map(({ address }) => address),
    chat: (message: ChatInbound) => act<InboundResult>("chat/inbound", message),
    /** What the chat on the web page said to this visitor, who has no browser. */
    chatAnswers: (visitor: string) => call<WorldMessage[]>(`chat/sent?to=${encodeURIComponent(visitor)}`),
    /** A public review; one for each person, who may change it. */
    review: (review: { from: string; name?: string; kind?: "review" | "delete" | "reply"; stars?: number; text?: string }) => act<InboundResult>("google-reviews/inbound", review),
    reviews: () => call<Review[]>("google-reviews/reviews"),
    // Whoever is asked, each mail goes by the company that serves its address.
    mail: (message: MailInbound) => act<InboundResult>("cloudflare-email/inbound", message),
    status: (provider: string, change: StatusChange) => act(`${provider}/status`, change),
    change: async (change: WeatherChange) => { setWeather(await call<WeatherReport>("weather", change)); },
    reset: async () => {
      await call("reset", {});
      last = 0;
      setWire([]);
      await lookAround();
      await look();
    },
  };
}
export type World = ReturnType<typeof createWorld>;

/** The bytes of picked files, as the simulator takes them. */
export async function toUploads(files: Iterable<File>): Promise<Upload[]> {
  return Promise.all([...files].map(async (file) => ({ name: file.name, type: file.type || "application/octet-stream", base64: await base64(file) })));
}

const base64 = (file: File) => new Promise<string>((resolve, reject) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
  reader.addEventListener("error", () => reject(reader.error ?? new Error("unreadable file")));
  reader.readAsDataURL(file);
});

/** `14:05`, and the day before it when that was not today. */
export function clock(at: string, now = new Date()): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return date.toDateString() === now.toDateString() ? time : `${date.toLocaleDateString(undefined, { day: "numeric", month: "short" })} ${time}`;
}
