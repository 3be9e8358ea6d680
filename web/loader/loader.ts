import type { WidgetConfig } from "../../worker/contract/widget";
import type { ToFrame, ToHost } from "../widget/bridge";

/*
 * `<script src="https://…/widget.js" data-connection="…" async></script>` on a customer's page. It draws the bubble and nothing
 * else; the chat itself is a frame from our origin, made when it is first opened or when this browser has chatted before. No cookies,
 * no style elements, no markup from text, no eval: a strict policy needs to name our origin for scripts, connections and frames only.
 */

type Command = ["open"] | ["close"] | ["toggle"] | ["identify", { userId: string; hash: string }] | ["logout"];
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
const BUBBLE = "M12 4c4.9 0 8.5 3.2 8.5 7.3s-3.6 7.3-8.5 7.3c-1.1 0-2.1-.2-3.1-.5L4.5 20l1.2-3.9a6.7 6.7 0 0 1-2.2-4.8C3.5 7.200 7.100 4 12 4Z";
const CHEVRON = "m7 10 5 5 5-5";
/** Above what pages themselves float; the highest value browsers know. */
const TOP = 2147483647;
const STYLE = `
:host{all:initial}
*{box-sizing:border-box}
button{position:fixed;bottom:20px;width:56px;height:56px;padding:0;border:0;border-radius:50%;display:grid;place-items:center;cursor:pointer;background:var(--b);color:var(--o);box-shadow:0 6px 20px #1418244d;z-index:${TOP}}
button:focus-visible{outline:2px solid var(--o);outline-offset:-5px}
svg{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
span{position:absolute;top:-2px;inset-inline-end:-2px;min-width:20px;padding:0 5px;border-radius:10px;background:#cc3329;color:#fff;font:600 11px/20px system-ui,sans-serif}
span:empty{display:none}
iframe{position:fixed;bottom:88px;width:376px;height:min(640px,100vh - 108px);border:0;border-radius:14px;box-shadow:0 0 0 1px #14182414,0 2px 6px #14182414,0 12px 32px -4px #1418243d;z-index:${TOP};transition:opacity .14s,translate .14s}
.r{right:20px}.l{left:20px}
[hidden]{display:block!important;visibility:hidden;opacity:0;translate:0 8px;pointer-events:none}
@media(max-width:480px){iframe{inset:0;width:100%;height:100%;border-radius:0}iframe:not([hidden])~button{display:none}}
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
let identity: { userId: string; hash: string } | undefined;
let config: WidgetConfig;
let shadow: ShadowRoot;
let before = "";

/** Only ever to our own origin: a frame that went elsewhere hears nothing. */
const tell = (message: ToFrame) => { if (ready) frame!.contentWindow!.postMessage({ switchboard: message }, base); };
const visit = () => tell({ type: "page", url: location.href, title: document.title, referrer: document.referrer });

function draw(unread: number) {
  const shown = isOpen ? 0 : unread;
  path.setAttribute("d", isOpen ? CHEVRON : BUBBLE);
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
  frame.className = button.className;
  frame.hidden = true;
  frame.allow = "clipboard-write";
  frame.src = `${base}/widget/frame?${new URLSearchParams({ connection, origin: location.origin, locale })}`;
  shadow.prepend(frame);
}

let unread = 0;
function show(open: boolean) {
  if (open) embed();
  if (!frame || open === isOpen) return;
  isOpen = open;
  frame.hidden = !open;
  if (open) {
    try { localStorage.setItem(flag, "1"); } catch { /* then it starts closed next time */ }
    frame.focus();
  } else button.focus();
  tell({ type: open ? "open" : "close" });
  draw(unread);
}

function run(name: Command[0], detail?: typeof identity) {
  if (name === "identify" || name === "logout") {
    identity = name === "identify" ? detail : undefined;
    tell(identity ? { type: "identify", userId: identity.userId, hash: identity.hash } : { type: "logout" });
  } else show(name === "toggle" ? !isOpen : name === "open");
}

addEventListener("message", ({ source, origin, data }: MessageEvent<{ switchboard?: ToHost } | null>) => {
  if (origin !== base || !frame || source !== frame.contentWindow || !data?.switchboard) return;
  const message = data.switchboard;
  if (message.type === "ready") {
    ready = true;
    if (identity) run("identify", identity);
    visit();
    if (isOpen) tell({ type: "open" });
  } else if (message.type === "close") show(false);
  else if (message.type === "unread") draw(unread = message.count);
});

async function start() {
  const response = await fetch(`${base}/widget/config/${connection}`, { credentials: "omit" });
  if (!response.ok) throw new Error(String(response.status));
  config = await response.json() as WidgetConfig;
  const host = make("div");
  shadow = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(config.colour.slice(at, at + 2), 16)) as [number, number, number];
  host.style.setProperty("--b", config.colour);
  // Perceived brightness: dark marks on light colours.
  host.style.setProperty("--o", red * 0.299 + green * 0.587 + blue * 0.114 > 150 ? "#15161a" : "#fff");
  button.type = "button";
  button.className = config.position === "left" ? "l" : "r";
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
  (window.navigation as Navigation | undefined)?.addEventListener("navigatesuccess", visit);
  try { if (localStorage.getItem(flag)) embed(); } catch { /* storage is blocked: it waits for a click */ }
  const waiting = window.switchboard?.q ?? [];
  window.switchboard = ((...command: Command) => run(command[0], command[1])) as Queue;
  for (const command of waiting) run(command[0], command[1]);
}

start().catch((error: unknown) => console.warn("Switchboard chat is not available on this page:", error));
