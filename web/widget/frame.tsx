import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { createApi } from "./api";
import { connectHost, type Host } from "./bridge";
import { createChat } from "./chat";
import { loadLanguage } from "./strings";
import { Widget } from "./Widget";
import "./widget.css";

const query = new URLSearchParams(location.search);
const connectionId = query.get("connection") ?? "";
const origin = query.get("origin");
const language = await loadLanguage(query.get("locale") ?? navigator.language);

document.documentElement.lang = language.locale;
document.documentElement.dir = language.dir;
document.title = language.words("chat");

render(() => {
  // Opened on its own (not framed) there is nobody to open it.
  const [open, setOpen] = createSignal(origin === null);
  const [page, setPage] = createSignal<{ url: string; title: string; referrer: string }>();
  const chat = createChat(connectionId, createApi(connectionId), () => ({ page: page(), locale: navigator.language, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }));
  const host: Host = connectHost(origin, (message) => {
    switch (message.type) {
      case "open": setOpen(true); break;
      case "close": setOpen(false); break;
      case "page":
        setPage({ url: message.url, title: message.title, referrer: message.referrer });
        chat.visit({ url: message.url, title: message.title });
        break;
      case "identify": chat.identify({ userId: message.userId, hash: message.hash }); break;
      case "logout": chat.identify(undefined); break;
    }
  });
  host.say({ type: "ready" });
  return (
    <Widget
      chat={chat} language={language} connectionId={connectionId} open={open()}
      unread={(count) => host.say({ type: "unread", count })}
      close={() => { setOpen(false); host.say({ type: "close" }); }}
    />
  );
}, document.body);
