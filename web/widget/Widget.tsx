import { createEffect, createSignal, Match, on, Show, Switch } from "solid-js";
import type { PreChat as Answers } from "../../worker/contract/widget";
import { palette } from "./colour";
import { SharedContext, type Shared } from "./context";
import { Rating, Transcript } from "./Ending";
import { CloseButton } from "./Header";
import { Home } from "./Home";
import { PreChat } from "./PreChat";
import { ring } from "./sound";
import { kept } from "./storage";
import { Talk } from "./Talk";

type View = "home" | "form" | "thread" | "rating" | "transcript";

const FOCUSABLE = "a[href], button:not(:disabled), input:not([hidden]), textarea, [tabindex='0']";

/** The panel in the frame: a dialog that keeps the focus until it is closed. */
export function Widget(props: Shared & { connectionId: string; open: boolean; unread(count: number): void; rated(stars: number): void; /** It stands beside a form: nothing is kept in. */ isPreview?: boolean }) {
  const { chat, language: { words } } = props;
  const [view, setView] = createSignal<View>("home");
  const [answers, setAnswers] = createSignal<Answers>();
  const soundKept = kept<boolean>(props.connectionId, "sound");
  const [chosenSound, setSound] = createSignal(soundKept.read());
  const sound = () => chosenSound() ?? chat.session()?.config.sound ?? false;
  let panel!: HTMLDivElement;

  createEffect(() => {
    const config = chat.session()?.config;
    if (!config) return;
    const { brand, onBrand, brandHover, brandInk } = palette(config.colour);
    const { style } = document.documentElement;
    style.setProperty("--brand", brand);
    style.setProperty("--on-brand", onBrand);
    style.setProperty("--brand-hover", brandHover);
    style.setProperty("--brand-ink-light", brandInk.light);
    style.setProperty("--brand-ink-dark", brandInk.dark);
  });
  createEffect(on(chat.unread, (count, before) => {
    props.unread(count);
    if (sound() && before !== undefined && count > before) ring();
  }));
  // Who has talked before goes straight back to the thread.
  createEffect(on([() => props.open, () => chat.thread().conversationId], ([open, conversationId]) => {
    if (open && conversationId && view() === "home") setView("thread");
    if (!conversationId && view() === "thread" && chat.pending().length === 0 && !chat.asked()) setView("home");
  }));
  createEffect(on([() => props.open, view, () => chat.session() !== null], ([open]) => {
    // A preview beside a form must not take the cursor out of it.
    if (open && document.hasFocus() && !panel.contains(document.activeElement)) (panel.querySelector<HTMLElement>("textarea, input, .primary") ?? panel.querySelector("button"))?.focus();
  }));

  function keyed(event: KeyboardEvent) {
    if (props.isPreview) return;
    if (event.key === "Escape" && !event.isComposing) return props.close();
    if (event.key !== "Tab") return;
    const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  const toggleSound = () => {
    const next = !sound();
    soundKept.write(next);
    setSound(next);
    if (next) ring();
  };

  return (
    <SharedContext.Provider value={props}>
      <div class="panel" ref={(element) => { panel = element; }} role="dialog" aria-modal={!props.isPreview} aria-label={words("chat")} onKeyDown={keyed}>
        <Show when={chat.session()} fallback={<Waiting />}>
          <Switch>
            <Match when={view() === "home"}><Home go={() => setView(chat.asked() || answers() ? "thread" : "form")} /></Match>
            <Match when={view() === "form"}><PreChat back={() => setView("home")} done={(given) => { setAnswers(given); setView("thread"); }} /></Match>
            <Match when={view() === "thread"}><Talk visible={props.open} answers={answers()} back={() => setView("home")} sound={{ on: sound(), toggle: toggleSound }} rate={() => setView("rating")} mail={() => setView("transcript")} /></Match>
            <Match when={view() === "rating"}><Rating back={() => setView("home")} done={(stars) => props.rated(stars)} /></Match>
            <Match when={view() === "transcript"}><Transcript back={() => setView("thread")} /></Match>
          </Switch>
        </Show>
      </div>
    </SharedContext.Provider>
  );

  function Waiting() {
    return (
      <>
        <header class="head bar"><span class="grow" /><CloseButton /></header>
        <p class="centre" role="status">{chat.failure() === null ? words("connecting") : chat.failure() || words("unavailable")}</p>
      </>
    );
  }
}
