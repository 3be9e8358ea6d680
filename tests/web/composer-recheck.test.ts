import { createRoot, createSignal } from "solid-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ComposeCheck } from "../../worker/contract/compose";
import { createRecheck } from "../../web/inbox/composer/recheck";

const NOW = Date.parse("2026-05-12T09:00:00Z");
const MINUTE = 60_000;
const closing = (inMs: number) => ({ channel: "whatsapp", channels: [{ window: { state: "open", closesAt: new Date(NOW + inMs).toISOString(), left: null } }] }) as unknown as ComposeCheck;
let end: () => void;

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  end();
  vi.useRealTimers();
});

function watch(first: ComposeCheck) {
  const ask = vi.fn();
  return createRoot((dispose) => {
    end = dispose;
    const [check, setCheck] = createSignal<ComposeCheck | undefined>(first);
    return { ask, setCheck, ...createRecheck(check, ask) };
  });
}

it("asks again once when a window closes, not before", () => {
  const { ask } = watch(closing(10 * MINUTE));
  vi.advanceTimersByTime(10 * MINUTE);
  expect(ask).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5_000);
  expect(ask).toHaveBeenCalledOnce();
});

it("follows an answer that moved the end", () => {
  const { ask, setCheck } = watch(closing(10 * MINUTE));
  setCheck(closing(60 * MINUTE));
  vi.advanceTimersByTime(59 * MINUTE);
  expect(ask).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2 * MINUTE);
  expect(ask).toHaveBeenCalledOnce();
});

it("many changes at once are one question", () => {
  const { ask, soon } = watch(closing(60 * MINUTE));
  for (let index = 0; index < 20; index++) soon();
  vi.advanceTimersByTime(1_000);
  expect(ask).toHaveBeenCalledOnce();
});

it("a laptop that slept over the end asks when it is opened", () => {
  const { ask } = watch(closing(10 * MINUTE));
  vi.setSystemTime(NOW + 60 * MINUTE);
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(300);
  expect(ask).toHaveBeenCalledOnce();
});

it("asks nothing more once the conversation is left", () => {
  const { ask, soon } = watch(closing(10 * MINUTE));
  soon();
  end();
  vi.advanceTimersByTime(60 * MINUTE);
  expect(ask).not.toHaveBeenCalled();
});
