import type { ComposeChannel } from "../../../worker/contract/compose";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";

/** Below this share of the whole window the countdown warns. */
const NEARLY_OVER = 0.25;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From here on hours alone are hard to grasp. */
const DAYS_FROM_MS = 2 * DAY_MS;

/** Where a customer's window stands, in words. `short` stands beside the channel's name, `sentence` where there is room. */
export interface Countdown { state: "open" | "human" | "closed"; low: boolean; short: string; sentence: string }

/** Rounded down: it never promises a minute that is not there. */
export function timeLeft(ms: number): string {
  if (ms < MINUTE_MS) return t("composer.window.seconds");
  const minutes = Math.floor(ms / MINUTE_MS);
  if (ms < HOUR_MS) return t("composer.window.minutes", { minutes });
  const hours = Math.floor(ms / HOUR_MS);
  if (ms < DAYS_FROM_MS) return minutes % 60 === 0 ? t("composer.window.whole-hours", { hours }) : t("composer.window.hours", { hours, minutes: minutes % 60 });
  return hours % 24 === 0 ? t("composer.window.whole-days", { days: hours / 24 }) : t("composer.window.days", { days: Math.floor(hours / 24), hours: hours % 24 });
}

type Windowed = Pick<ComposeChannel, "window" | "capabilities">;

/** Null where nothing runs out. A window that ran out since the server was asked counts as closed. */
export function countdown({ window, capabilities }: Windowed, now: number): Countdown | null {
  const rule = capabilities.window;
  if (!window || !rule) return null;
  const closed: Countdown = { state: "closed", low: true, short: t("composer.window.closed"), sentence: t("composer.window.over") };
  if (window.state === "closed") return closed;
  const { hours } = rule;
  if (window.closesAt === null || hours === null) return null;
  const leftMs = Date.parse(window.closesAt) - now;
  if (leftMs <= 0) return closed;
  if (window.state === "human") {
    const wholeMs = Math.max(0, (rule.humanHours ?? hours) - hours) * HOUR_MS;
    return { state: "human", low: leftMs < wholeMs * NEARLY_OVER, short: timeLeft(leftMs), sentence: t("composer.window.human", { time: clock(new Date(window.closesAt), new Date(now)) }) };
  }
  // More than the usual hours are left only to those an ad brought here.
  const wholeMs = (leftMs > hours * HOUR_MS ? rule.adHours ?? hours : hours) * HOUR_MS;
  return { state: "open", low: leftMs < wholeMs * NEARLY_OVER, short: timeLeft(leftMs), sentence: t("composer.window.open", { time: timeLeft(leftMs) }) };
}

/** How many messages may still go before they answer; null where they are not counted. */
export function quota({ window, capabilities }: Windowed): { text: string; low: boolean; left: number; all: number | null } | null {
  const all = capabilities.window?.perTurn ?? null;
  if (!window || window.left === null) return null;
  if (all === null) return { text: t("composer.window.left", { left: window.left }), low: window.left <= 1, left: window.left, all };
  return { text: t("composer.window.left-of", { left: window.left, all }), low: window.left < all * NEARLY_OVER, left: window.left, all };
}

/** When the next answer of the server will differ for the mere passing of time, in ms; null: it will not. */
export function nextChange(channels: readonly Pick<ComposeChannel, "window" | "until">[], now: number): number | null {
  const times = channels.flatMap(({ window, until }) => [window?.closesAt, until]).flatMap((iso) => (iso ? [Date.parse(iso)] : []));
  const ahead = times.filter((time) => time > now);
  return ahead.length > 0 ? Math.min(...ahead) : null;
}
