import Check from "lucide-solid/icons/check";
import CheckCheck from "lucide-solid/icons/check-check";
import File from "lucide-solid/icons/file";
import { For, Match, Show, Switch } from "solid-js";
import { initials, useShared } from "./context";
import type { Shown } from "./thread";

/** Only what a browser draws without running anything; other pictures are offered as files. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

function size(bytes: number, locale: string): string {
  const [unit, per] = bytes < 1_000 ? ["byte", 1] as const : bytes < 1_000_000 ? ["kilobyte", 1_000] as const : ["megabyte", 1_000_000] as const;
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / per);
}

/** One message. `day` is the label of the day it begins; `first` and `last` are of a group of one person's; `newest` is of the visitor's own. */
export function Line(props: { line: Shown; day: string | null; first: boolean; last: boolean; newest: boolean; /** Nobody has written since. */ isEnd: boolean }) {
  const { chat, language: { locale, words } } = useShared();
  const time = () => new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date(props.line.at));
  // One string: a changing `class` would wipe out what `classList` has set.
  const look = () => ["line", `state-${props.line.state}`, props.line.mine && "me", props.first && "first", props.last && "last-one"].filter(Boolean).join(" ");
  /** Once: the answers go, and whoever pressed one by keyboard stays among the messages. */
  function answer(button: HTMLElement, text: string) {
    button.closest<HTMLElement>("[role=log]")?.focus({ preventScroll: true });
    chat.send(text, [], undefined, props.line.id);
  }
  const hasMeta = () => (props.line.mine ? props.newest || props.line.state === "failed" || props.line.state === "waiting" : props.last);
  return (
    <>
      <Show when={props.day}><p class="day">{props.day}</p></Show>
      <div class={look()}>
        <Show when={!props.line.mine && props.last}><span class="avatar small" aria-hidden="true">{initials(props.line.author || chat.session()!.config.name)}</span></Show>
        <span class="unseen">{props.line.mine ? words("you") : props.line.author}: </span>
        <Show when={!props.line.deleted} fallback={<div class="bubble gone">{words("deleted")}</div>}>
          <Show when={props.line.text}><div class="bubble" dir="auto"><Linked text={props.line.text} /></div></Show>
          <For each={props.line.attachments}>
            {(file) => (
              <Show
                when={PICTURES.has(file.type) && file.state === "ready"}
                fallback={<a class="file" href={file.url} target="_blank" rel="noopener noreferrer" download={file.name}><File size={18} /><span dir="auto">{file.name}<small>{size(file.size, locale)}</small></span></a>}
              >
                <a class="picture" href={file.url} target="_blank" rel="noopener noreferrer"><img src={file.url} alt={file.name} loading="lazy" /></a>
              </Show>
            )}
          </For>
        </Show>
        <Show when={props.isEnd && !props.line.deleted && props.line.buttons}>
          {(buttons) => (
            <div class="answers" role="group" aria-label={words("answers")}>
              <For each={buttons()}>{({ text, url }) => (url && /^https?:/i.test(url)
                ? <a class="answer" href={url} target="_blank" rel="noopener noreferrer nofollow" dir="auto">{text}</a>
                : <button type="button" class="answer" dir="auto" onClick={(event) => answer(event.currentTarget, text)}>{text}</button>)}</For>
            </div>
          )}
        </Show>
        <Show when={hasMeta()}>
          <p class="meta">
            <Show when={props.line.mine} fallback={<span><Show when={props.line.author}><bdi>{props.line.author}</bdi>{words("comma")}</Show><time dateTime={props.line.at}>{time()}</time>{props.line.byMail && words("comma") + words("byMail")}</span>}>
              <Switch>
                <Match when={props.line.state === "failed"}>{words("failed")}{props.line.reason && `: ${props.line.reason}`} <button type="button" class="link" onClick={() => chat.retry(props.line.key)}>{words("retry")}</button></Match>
                <Match when={props.line.state === "sending"}>{words("sending")}</Match>
                <Match when={props.line.state === "waiting"}>{words("waiting")}</Match>
                <Match when={props.line.state === "sent"}><Check size={14} />{words("sent")}</Match>
                <Match when={props.line.state === "seen"}><CheckCheck size={14} />{words("seen")}</Match>
              </Switch>
            </Show>
          </p>
        </Show>
      </div>
    </>
  );
}

const ADDRESS = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;

/** Web addresses become links; everything else stays text, whatever it looks like. */
function Linked(props: { text: string }) {
  return <For each={props.text.split(ADDRESS)}>{(part, index) => (index() % 2 === 1 ? <a href={part} target="_blank" rel="noopener noreferrer nofollow">{part}</a> : part)}</For>;
}
