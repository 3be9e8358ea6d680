import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from "solid-js";
import type { PreChat as Answers } from "../../worker/contract/widget";
import { Composer } from "./Composer";
import { backWords, useShared } from "./context";
import { Header } from "./Header";
import { Line } from "./Line";
import { Menu } from "./Menu";
import { sameDay, sameGroup, type Shown } from "./thread";

/** Closer to the end than this, the visitor is following and new messages scroll into view. */
const FOLLOWING_PX = 80;
const DAY_MS = 86_400_000;

export function Talk(props: { visible: boolean; answers: Answers | undefined; back(): void; sound: { on: boolean; toggle(): void }; rate(): void; mail(): void }) {
  const { chat, language } = useShared();
  const { locale, words } = language;
  const config = () => chat.session()!.config;
  const [loading, setLoading] = createSignal(false);
  let log!: HTMLDivElement;
  let following = true;

  const byKey = createMemo(() => new Map(chat.lines().map((line, index) => [line.key, { line, index }])));
  // Keys are compared by value: a line that changes or arrives keeps its node, so a screen reader says it once.
  const keys = createMemo(() => chat.lines().map(({ key }) => key));
  const newest = createMemo(() => chat.lines().findLast(({ mine }) => mine)?.key);

  function day({ at }: Shown): string {
    const now = new Date();
    const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date(at));
    if (sameDay(at, now.toISOString())) return words("today") + words("comma") + time;
    if (sameDay(at, new Date(now.getTime() - DAY_MS).toISOString())) return words("yesterday") + words("comma") + time;
    return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" }).format(new Date(at));
  }

  async function older() {
    const height = log.scrollHeight;
    setLoading(true);
    await chat.older();
    setLoading(false);
    log.scrollTop += log.scrollHeight - height;
  }

  const choices = () => (chat.thread().conversationId === null ? [] : [
    ...(config().transcript ? [{ label: words("transcript"), act: () => props.mail() }] : []),
    { label: words("end"), act: () => void end() },
  ]);
  async function end() {
    await chat.act({ type: "end" });
    if (config().rating) props.rate();
    else props.back();
  }

  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const seen = () => { if (props.visible && document.visibilityState === "visible") chat.read(); };
  createEffect(on([keys, chat.typing, () => props.visible], () => { if (following) queueMicrotask(toEnd); seen(); }));
  document.addEventListener("visibilitychange", seen);
  onCleanup(() => document.removeEventListener("visibilitychange", seen));
  onMount(() => {
    // Pictures and the keyboard change heights after the lines are drawn.
    const watcher = new ResizeObserver(() => { if (following) toEnd(); });
    watcher.observe(log);
    watcher.observe(log.firstElementChild!);
    onCleanup(() => watcher.disconnect());
  });

  return (
    <div class="panel">
      <Header back={() => props.back()} sound={props.sound} menu={<Show when={choices().length > 0}><Menu choices={choices()} /></Show>} />
      <Show when={chat.link() === "offline" && chat.thread().conversationId !== null}><p class="note" role="status">{words("offline")}</p></Show>
      <Show when={!config().online}><p class="note"><span dir="auto">{config().awayMessage}</span> {backWords(config(), language)}</p></Show>
      <Show when={chat.closed()}><p class="note" role="status">{words("closed")} <Show when={config().rating}><button type="button" class="link" onClick={() => props.rate()}>{words("rate")}</button></Show></p></Show>
      <div class="log" ref={(element) => { log = element; }} tabIndex={0} role="log" aria-label={words("messages")} onScroll={() => { following = log.scrollHeight - log.scrollTop - log.clientHeight < FOLLOWING_PX; }}>
        <div class="lines">
          <Show when={!chat.thread().atBeginning}><button type="button" class="more link" disabled={loading()} onClick={() => void older()}>{words("earlier")}</button></Show>
          <For each={keys()}>
            {(key) => {
              const place = createMemo<{ line: Shown; index: number }>((before) => byKey().get(key) ?? before!);
              const at = (offset: number): Shown | undefined => chat.lines()[place().index + offset];
              const first = () => !sameGroup(at(-1), place().line);
              return (
                <Line
                  line={place().line} first={first()} last={!sameGroup(place().line, at(1))} newest={newest() === key} isEnd={place().index === chat.lines().length - 1}
                  day={at(-1) && sameDay(at(-1)!.at, place().line.at) ? null : day(place().line)}
                />
              );
            }}
          </For>
          <Show when={chat.typing()}>{(name) => <div class="typing"><span class="unseen">{words("typing", name())}</span><i /><i /><i /></div>}</Show>
        </div>
      </div>
      <Composer visible={props.visible} answers={props.answers} />
      <p class="foot">{words("by")}</p>
    </div>
  );
}
