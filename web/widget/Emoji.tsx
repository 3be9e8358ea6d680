import { For, onMount } from "solid-js";
import { useShared } from "./context";

/** What people use most in chats; all others come from the keyboard. */
const EMOJI = [..."😀😃😄😂🙂😉😊😍😘😎🤔😐😕🙁😢😭😡😱😴🙄🙏👍👎👏👋🙌💪🤝✌👌👀🔥🎉❤💔💯✅❌❓❗⭐🎁🚲🚚📦📷📅📞"];
const COLUMNS = 8;

/** A grid of emoji: arrow keys walk, Enter takes, Escape leaves. */
export function Emoji(props: { pick(emoji: string): void; close(): void }) {
  const { language: { dir, words } } = useShared();
  let grid!: HTMLDivElement;
  onMount(() => grid.querySelector("button")!.focus());

  function keyed(event: KeyboardEvent) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return props.close();
    }
    const ahead = dir === "rtl" ? -1 : 1;
    const step = ({ ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: COLUMNS, ArrowUp: -COLUMNS } as Record<string, number>)[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = [...grid.querySelectorAll("button")];
    all[all.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
  }

  return (
    <div class="emoji" role="group" aria-label={words("emoji")} ref={(element) => { grid = element; }} onKeyDown={keyed}>
      <For each={EMOJI}>{(emoji, at) => <button type="button" tabIndex={at() === 0 ? 0 : -1} onClick={() => props.pick(emoji)}>{emoji}</button>}</For>
    </div>
  );
}
