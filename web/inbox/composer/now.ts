import { createSignal, onCleanup, type Accessor } from "solid-js";

/** Fine enough for a countdown in minutes. */
const TICK_MS = 5_000;

/** The time in ms, changing every few seconds while the caller lives. */
export function createNow(): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const look = () => setNow(Date.now());
  const timer = setInterval(look, TICK_MS);
  document.addEventListener("visibilitychange", look);
  onCleanup(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  });
  return now;
}
