import { createSignal, onCleanup } from "solid-js";

// Late by at most this much, which nobody notices on a clock without seconds.
const CHECK_MS = 5_000;

/** The time, changing once a minute. */
export function useMinute(): () => Date {
  const minute = () => Math.floor(Date.now() / 60_000);
  const [now, setNow] = createSignal(minute());
  const timer = setInterval(() => setNow(minute()), CHECK_MS);
  onCleanup(() => clearInterval(timer));
  return () => new Date(now() * 60_000);
}
