import SendHorizontal from "lucide-solid/icons/send-horizontal";
import { Show } from "solid-js";
import { backWords, initials, useShared } from "./context";
import { CloseButton, Logo } from "./Header";
import { sameDay } from "./thread";

export function Home(props: { go(): void }) {
  const { chat, language } = useShared();
  const { locale, words } = language;
  const config = () => chat.session()!.config;
  const last = () => chat.lines().findLast(({ deleted }) => !deleted);
  const time = (at: string) => new Intl.DateTimeFormat(locale, sameDay(at, new Date().toISOString()) ? { timeStyle: "short" } : { day: "numeric", month: "short" }).format(new Date(at));
  return (
    <div class="home panel" classList={{ fresh: !last() }}>
      <header class="head">
        <div class="top"><Logo /><span class="grow">{config().name}</span><CloseButton /></div>
        <h1>{config().greeting}</h1>
        <p>{config().online ? words("online") : config().awayMessage}</p>
        <Show when={!config().online && backWords(config(), language)}>{(back) => <p>{back()}</p>}</Show>
      </header>
      <div class="body">
        <Show when={last()}>
          {(line) => (
            <button type="button" class="card last" onClick={() => props.go()}>
              <span class="avatar" aria-hidden="true">{initials(line().mine ? words("you") : line().author || config().name)}</span>
              <span class="grow">
                <b><span>{line().mine ? words("you") : line().author || config().name}</span> <time dateTime={line().at}>{time(line().at)}</time></b>
                <p>{line().text || line().attachments[0]?.name}</p>
              </span>
              <Show when={chat.unread()}><span class="count">{chat.unread()}</span></Show>
            </button>
          )}
        </Show>
        <button type="button" class="primary" onClick={() => props.go()}><SendHorizontal size={18} />{words(last() ? "resume" : "start")}</button>
      </div>
      <p class="foot">{words("by")}</p>
    </div>
  );
}
