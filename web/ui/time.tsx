import { createSignal } from "solid-js";
import { exactTime, relative, relativeWords } from "../lib/format";

/** Fine enough for "4m"; one clock for all times on the page. */
const TICK_MS = 15_000;

const [now, setNow] = createSignal(Date.now());
let ticking = false;
function tick(): void {
  if (ticking) return;
  ticking = true;
  setInterval(() => setNow(Date.now()), TICK_MS);
  // A sleeping laptop stops its clock; the first look after waking must be right.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) setNow(Date.now()); });
}

const clockOnly = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** A moment as short as a list needs it, in `words` within a sentence or a card, or as `clock` where a day label stands above; exact with its zone on hover. */
export function Time(props: { at: string; format?: "relative" | "words" | "clock" }) {
  tick();
  const shown = () => {
    if (props.format === "clock") return clockOnly.format(new Date(props.at));
    return (props.format === "words" ? relativeWords : relative)(props.at, now());
  };
  return <time dateTime={props.at} title={exactTime(props.at)}>{shown()}</time>;
}
