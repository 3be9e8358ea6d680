import { SendHorizontal, UserRound } from "lucide-solid";
import { createEffect, createMemo, createSignal, For, on, onCleanup } from "solid-js";
import { Button } from "../../../web/ui/button";
import { ChannelIcon } from "../../../web/ui/channel-icon";
import type { Review } from "../../google/review";
import type { Persona } from "../personas";
import { clock, type World } from "../world";
import { inOrder, type Line, waysOf } from "./ways";
import styles from "./customer.module.css";

/** The web chat and reviews lie on nobody's phone: they are asked for. */
const ASK_MS = 2_000;

/** One person on every channel: what they said and heard everywhere, in one thread. */
export function Customer(props: { world: World; persona: Persona; shown: boolean; onProblem: (text: string) => void }) {
  const [said, setSaid] = createSignal<Readonly<Record<string, readonly Line[]>>>({});
  const [heard, setHeard] = createSignal<readonly Line[]>([]);
  const [reviews, setReviews] = createSignal<readonly Review[]>([]);
  const [wayId, setWay] = createSignal("sms");
  const [text, setText] = createSignal("");
  let scroller!: HTMLOListElement;
  const chat = () => [...(said()[props.persona.email] ?? []), ...heard()];
  const ways = createMemo(() => waysOf(props.world, props.persona, { chat, reviews }));
  const way = () => ways().find(({ id }) => id === wayId()) ?? ways()[0];
  const lines = createMemo(() => inOrder(ways().flatMap((one) => one.lines())));

  async function look() {
    if (!props.shown || document.hidden) return;
    const visitor = props.persona.email;
    const [answers, written] = await Promise.all([props.world.chatAnswers(visitor).catch(() => null), props.world.reviews().catch(() => null)]);
    if (written) setReviews(written);
    // Somebody else may have been picked in the meantime.
    if (answers && visitor === props.persona.email) setHeard(answers.map(({ id, at, text: words }) => ({ id, kind: "chat", own: false, at, text: words })));
  }
  const timer = setInterval(() => void look(), ASK_MS);
  onCleanup(() => clearInterval(timer));
  createEffect(on(() => [props.persona, props.shown] as const, () => { setHeard([]); void look(); }));
  createEffect(on(() => [lines().length, props.shown], () => queueMicrotask(() => { scroller.scrollTop = scroller.scrollHeight; })));

  async function send() {
    const words = text().trim();
    const chosen = way();
    if (words === "" || !chosen) return;
    const { email } = props.persona;
    setText("");
    try {
      const { id } = await chosen.write(words);
      if (chosen.id === "chat") setSaid((before) => ({ ...before, [email]: [...(before[email] ?? []), { id, kind: "chat", own: true, at: props.world.time().toISOString(), text: words }] }));
    } catch (error) {
      setText(words);
      props.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <section class={styles["window"]} aria-label={`Everything with ${props.persona.name}`}>
      <header class={styles["head"]}><UserRound size={16} aria-hidden="true" /><b>{props.persona.name}</b><span>everywhere at once</span></header>
      <ul class={styles["ways"]} aria-label="Ways to reach the business">
        <For each={ways()}>{(one) => (
          <li><button type="button" aria-pressed={way()?.id === one.id} onClick={() => setWay(one.id)} title={one.as}>
            <ChannelIcon kind={one.kind} /><span><b>{one.name}</b><small>{one.as}</small></span><i aria-label={`${one.lines().length} messages`}>{one.lines().length}</i>
          </button></li>
        )}</For>
      </ul>
      <ol class={styles["thread"]} ref={(element) => { scroller = element; }} tabindex="0" aria-label="Everything said">
        <For each={lines()} fallback={<li class={styles["nothing"]}>Nothing was said yet. Pick a way and write.</li>}>{(line) => (
          <li classList={{ [styles["own"]!]: line.own }}><ChannelIcon kind={line.kind} size={14} named /><p dir="auto">{line.text}</p><time>{clock(line.at)}</time></li>
        )}</For>
      </ol>
      <form class={styles["write"]} onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <input type="text" aria-label={`Write by ${way()?.name ?? "nothing"}`} placeholder={way() ? `Write by ${way()!.name.toLowerCase()} …` : "Nothing is connected yet"} value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" variant="primary" icon={SendHorizontal} disabled={text().trim() === "" || !way()}>Send</Button>
      </form>
    </section>
  );
}
