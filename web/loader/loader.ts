import type { VisitorIdentity, WidgetConfig } from "../../worker/contract/widget";
import type { ToFrame, ToHost } from "../widget/bridge";

/*
 * `<script src="https://…/widget.js" data-connection="…" async></script>` on a customer's page. It draws the bubble and nothing
 * else; the chat itself is a frame from our origin, made when it is first opened or when this browser has chatted before. No cookies,
 * no style elements, no markup from text, no eval: a strict policy needs to name our origin for scripts, connections and frames only.
 */

type Happening = "ready" | "open" | "close" | "unread" | "started" | "rated";
type Callback = (detail?: number) => void;
type Command = ["open" | "close" | "toggle" | "hide" | "show" | "logout"] | ["identify", VisitorIdentity] | ["event", string, Record<string, unknown>?] | ["on" | "off", Happening, Callback];
type Queue = ((...command: Command) => void) & { q?: Command[] };
declare global {
  interface Window { switchboard?: Queue }
}

const WORDS: Record<string, readonly [open: string, close: string, unread: string]> = {
  en: ["Open chat", "Close chat", "unread"],
  de: ["Chat öffnen", "Chat schließen", "ungelesen"],
  es: ["Abrir el chat", "Cerrar el chat", "sin leer"],
  fr: ["Ouvrir la discussion", "Fermer la discussion", "non lus"],
  ar: ["فتح المحادثة", "إغلاق المحادثة", "غير مقروءة"],
};
const CHEVRON = "m7 10 5 5 5-5";
/** Above what pages themselves float; the highest value browsers know. */
const TOP = 2147483647;
const STYLE = `
:host{all:initial}
*{box-sizing:border-box}
button{font:inherit;cursor:pointer;border:0}
.b{position:fixed;bottom:20px;width:56px;height:56px;padding:0;border-radius:50%;display:grid;place-items:center;background:var(--b);color:var(--o);box-shadow:0 6px 20px #1418244d;z-index:${TOP}}
.b:focus-visible{outline:2px solid var(--o);outline-offset:-5px}
div{position:fixed;bottom:88px;max-width:min(280px,100vw - 40px);display:flex;align-items:start;border-radius:14px;background:#fff;color:#15161a;font:14px/20px system-ui,sans-serif;box-shadow:0 0 0 1px #14182414,0 8px 24px #14182433;z-index:${TOP}}
div.k{background:#1c1e23;color:#f2f3f5;box-shadow:0 0 0 1px #363a43,0 8px 24px #0008}
div button{background:none;color:inherit;padding:12px 0 12px 16px;text-align:start;overflow-wrap:anywhere}
div button+button{padding:8px 12px;font-size:18px}
:host([hidden]){display:none!important}
svg{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
span{position:absolute;top:-2px;inset-inline-end:-2px;min-width:20px;padding:0 5px;border-radius:10px;background:#cc3329;color:#fff;font:600 11px/20px system-ui,sans-serif}
span:empty{display:none}
iframe{position:fixed;bottom:88px;width:376px;height:min(640px,100vh - 108px);border:0;border-radius:14px;box-shadow:0 0 0 1px #14182414,0 2px 6px #14182414,0 12px 32px -4px #1418243d;z-index:${TOP};transition:opacity .14s,translate .14s}
.r{right:20px}.l{left:20px}
iframe[hidden]{display:block!important;visibility:hidden;opacity:0;translate:0 8px;pointer-events:none}
@media(max-width:480px){iframe:is(.r,.l){inset:0;width:100%;height:100%;border-radius:0}iframe:not([hidden])~.b{display:none}}
@media(prefers-reduced-motion:reduce){iframe{transition:none}}`;

const script = document.currentScript as HTMLScriptElement;
const base = new URL(script.src).origin;
const connection = script.dataset["connection"] ?? "";
const locale = script.dataset["locale"] ?? (document.documentElement.lang || navigator.language);
const words = WORDS[locale.slice(0, 2).toLowerCase()] ?? WORDS["en"]!;
const flag = `switchboard:${connection}`;

const make = <K extends keyof HTMLElementTagNameMap>(name: K) => document.createElement(name);
const button = make("button");
const badge = make("span");
const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
let frame: HTMLIFrameElement | undefined;
let ready = false;
let isOpen = false;
let identity: VisitorIdentity | undefined;
const events: Extract<ToFrame, { type: "event" }>[] = [];
const callbacks: [Happening, Callback][] = [];
let config: WidgetConfig;
let shadow: ShadowRoot;
let before = "";
let unread = 0;
let isReturning = false;
let teaser: HTMLDivElement | undefined;
let timers: ReturnType<typeof setTimeout>[] = [];
const host = make("div");

/** Only ever to our own origin: a frame that went elsewhere hears nothing. */
const tell = (message: ToFrame) => { if (ready) frame!.contentWindow!.postMessage({ switchboard: message }, base); };
const visit = () => tell({ type: "page", url: location.href, title: document.title, referrer: document.referrer, scheme: scheme() });
const happen = (name: Happening, detail?: number) => { for (const [wanted, callback] of callbacks) if (wanted === name) callback(detail); };

/** Ours follows the page around it: the ground it paints, else the scheme it names. */
function scheme(): "light" | "dark" {
  if (config.theme !== "auto") return config.theme;
  for (const element of [document.body, document.documentElement]) {
    const [red, green, blue, alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
    if (blue !== undefined && alpha > 0.5) return brightness(red!, green!, blue) < 128 ? "dark" : "light";
  }
  const named = getComputedStyle(document.documentElement).colorScheme;
  return /dark/.test(named) && (!/light/.test(named) || matchMedia("(prefers-color-scheme:dark)").matches) ? "dark" : "light";
}
/** Perceived, 0 to 255. */
const brightness = (red: number, green: number, blue: number) => red * 0.299 + green * 0.587 + blue * 0.114;

const stored = (store: () => Storage, value?: string): string | null => {
  // Storage may be blocked.
  try {
    if (value) store().setItem(flag, value);
    return store().getItem(flag);
  } catch { return null; }
};

/** Which lines come out of the bubble on this page, each after its time, until one was answered or put away. */
function greet() {
  for (const timer of timers) clearTimeout(timer);
  timers = config.greetings
    .filter(({ pages, visitors }) => (visitors === "all" || (visitors === "returning") === isReturning) && RegExp(pages.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")).test(location.href))
    .map(({ text, afterSeconds }) => setTimeout(() => {
      if (isOpen || teaser || stored(() => sessionStorage)) return;
      teaser = make("div");
      teaser.className = `${button.className.slice(2)} ${scheme() === "dark" ? "k" : ""}`;
      teaser.role = "status";
      teaser.dir = "auto";
      const [say, away] = [make("button"), make("button")];
      say.textContent = text;
      say.onclick = () => show(true);
      away.textContent = "×";
      away.ariaLabel = words[1];
      away.onclick = hush;
      teaser.append(say, away);
      shadow.append(teaser);
    }, afterSeconds * 1_000));
}
function hush() {
  if (teaser) stored(() => sessionStorage, "1");
  teaser?.remove();
  teaser = undefined;
}
const turned = () => { visit(); greet(); };

function draw(unread: number) {
  const shown = isOpen ? 0 : unread;
  path.setAttribute("d", isOpen ? CHEVRON : config.mark);
  badge.textContent = shown ? String(Math.min(shown, 99)) : "";
  button.ariaExpanded = String(isOpen);
  button.ariaLabel = isOpen ? words[1] : shown ? `${words[0]}, ${shown} ${words[2]}` : words[0];
  // The page may change its title meanwhile: only our own mark is taken off again.
  const title = before && document.title.startsWith(before) ? document.title.slice(before.length) : document.title;
  before = shown ? `(${shown}) ` : "";
  if (document.title !== before + title) document.title = before + title;
}

function embed() {
  if (frame) return;
  frame = make("iframe");
  frame.title = config.name;
  frame.className = button.className.slice(2);
  frame.hidden = true;
  frame.allow = "clipboard-write";
  frame.src = `${base}/widget/frame?${new URLSearchParams({ connection, origin: location.origin, locale })}`;
  shadow.prepend(frame);
}

function show(open: boolean) {
  if (open) embed();
  if (!frame || open === isOpen) return;
  isOpen = open;
  frame.hidden = !open;
  if (open) {
    stored(() => localStorage, "1");
    hush();
    visit();
    frame.focus();
  } else button.focus();
  tell({ type: open ? "open" : "close" });
  draw(unread);
  happen(open ? "open" : "close");
}

function run(...command: Command) {
  const [name, detail, more] = command;
  switch (name) {
    case "identify":
      tell({ type: "identify", identity: identity = detail as VisitorIdentity });
      break;
    case "logout":
      identity = undefined;
      tell({ type: "logout" });
      break;
    case "event": {
      const event = { type: name, name: detail as string, data: (more ?? {}) as Record<string, unknown> };
      if (ready) tell(event);
      else events.push(event);
      break;
    }
    case "on":
      callbacks.push([detail as Happening, more as Callback]);
      if (detail === "ready") (more as Callback)();
      break;
    case "off":
      callbacks.splice(callbacks.findIndex(([wanted, callback]) => wanted === detail && callback === more) >>> 0, 1);
      break;
    case "hide":
      show(false);
      host.hidden = true;
      break;
    case "show":
      host.hidden = false;
      break;
    default:
      host.hidden &&= name === "close";
      show(name === "toggle" ? !isOpen : name === "open");
  }
}

addEventListener("message", ({ source, origin, data }: MessageEvent<{ switchboard?: ToHost } | null>) => {
  if (origin !== base || !frame || source !== frame.contentWindow || !data?.switchboard) return;
  const message = data.switchboard;
  if (message.type === "ready") {
    ready = true;
    if (identity) run("identify", identity);
    visit();
    for (const event of events.splice(0)) tell(event);
    if (isOpen) tell({ type: "open" });
  } else if (message.type === "close") show(false);
  else if (message.type === "unread") {
    draw(unread = message.count);
    happen("unread", unread);
  } else happen(message.type, message.stars);
});

async function start() {
  const response = await fetch(`${base}/widget/config/${connection}?locale=${locale}`, { credentials: "omit" });
  if (!response.ok) throw new Error(String(response.status));
  config = await response.json() as WidgetConfig;
  shadow = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(config.colour.slice(at, at + 2), 16)) as [number, number, number];
  host.style.setProperty("--b", config.colour);
  host.style.setProperty("--o", brightness(red, green, blue) > 150 ? "#15161a" : "#fff");
  button.type = "button";
  button.className = config.position === "left" ? "b l" : "b r";
  button.addEventListener("click", () => show(!isOpen));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "26");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(path);
  button.appendChild(svg);
  button.appendChild(badge);
  shadow.append(button);
  draw(0);
  document.body.appendChild(host);
  // Pages that change their address without loading; browsers without this API report the first page only.
  (window.navigation as Navigation | undefined)?.addEventListener("navigatesuccess", turned);
  isReturning = Boolean(stored(() => localStorage));
  if (isReturning) embed();
  greet();
  const waiting = window.switchboard?.q ?? [];
  window.switchboard = run as Queue;
  for (const command of waiting) run(...command);
}

start().catch((error: unknown) => console.warn("Switchboard chat is not available on this page:", error));
