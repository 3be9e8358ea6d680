import { createEffect, createSignal, on } from "solid-js";
import { render } from "solid-js/web";
import type { VisitorIdentity } from "../../worker/contract/widget";
import { createApi } from "./api";
import { connectHost, type Host } from "./bridge";
import { createChat } from "./chat";
import { createPreview } from "./preview";
import { loadLanguage } from "./strings";
import { Widget } from "./Widget";
import "./widget.css";

/** The longest language tag that the server takes. */
const MAX_TAG = 35;

const query = new URLSearchParams(location.search);
const connectionId = query.get("connection") ?? "";
const origin = query.get("origin");
const preview = query.has("preview") ? createPreview() : null;
/** Of the page, whether we speak it or not: the business may. */
const pageLocale = (query.get("locale") ?? navigator.language).slice(0, MAX_TAG);
const language = await loadLanguage(pageLocale);

document.documentElement.lang = language.locale;
document.documentElement.dir = language.dir;
document.title = language.words("chat");

/** As the page gave it, or nobody: a page may hand over anything. */
function identityIn(given: unknown): VisitorIdentity | undefined {
  const { token, userId, hash } = (given ?? {}) as Record<string, unknown>;
  if (typeof token === "string") return { token };
  return typeof userId === "string" && typeof hash === "string" ? { userId, hash } : undefined;
}

render(() => {
  // Opened on its own (not framed) there is nobody to open it.
  const [open, setOpen] = createSignal(origin === null);
  const [referrer, setReferrer] = createSignal("");
  const chat = createChat(connectionId, preview?.api ?? createApi(connectionId), () => ({ pageLocale, locale: navigator.language, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, referrer: referrer() }));
  const host: Host = connectHost(origin, (message) => {
    switch (message.type) {
      case "open": setOpen(true); break;
      case "close": setOpen(false); break;
      case "page":
        document.documentElement.style.colorScheme = message.scheme;
        setReferrer(message.referrer);
        chat.visit({ url: message.url, title: message.title });
        break;
      case "identify": chat.identify(identityIn(message.identity)); break;
      case "event": chat.tell(message.name, message.data); break;
      case "preview":
        preview?.show(message.config);
        chat.redress(message.config);
        break;
      case "logout": chat.identify(undefined); break;
    }
  });
  host.say({ type: "ready" });
  createEffect(on(() => chat.thread().conversationId, (id, before) => { if (id && before === null && chat.session()) host.say({ type: "started" }); }, { defer: true }));
  return (
    <Widget
      isPreview={preview !== null} chat={chat} language={language} connectionId={connectionId} open={open()}
      rated={(stars) => host.say({ type: "rated", stars })}
      unread={(count) => host.say({ type: "unread", count })}
      close={() => { setOpen(preview !== null); host.say({ type: "close" }); }}
    />
  );
}, document.body);
