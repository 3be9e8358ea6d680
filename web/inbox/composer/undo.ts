import { createSignal, onCleanup } from "solid-js";
import { unwrap } from "solid-js/store";
import type { Draft } from "../../../worker/contract/entry";
import type { SendOutcome } from "../../lib/outbox";

interface Held {
  until: number;
  words: Draft;
  outcome: Promise<SendOutcome>;
  /** Brings back what stands beside the words: a template's values, a recording, what was answered. */
  also: (() => void) | undefined;
}

const TICK_MS = 250;

/** The newest message that may still be taken back, and the seconds it has left. */
export function createUndo({ takeBack, restore, tooLate }: {
  takeBack: (outcome: SendOutcome) => Promise<boolean>;
  restore: (words: Draft) => void;
  tooLate: () => void;
}) {
  const [held, setHeld] = createSignal<Held | null>(null);
  const [left, setLeft] = createSignal(0);
  let tick: ReturnType<typeof setInterval> | undefined;

  function end() {
    clearInterval(tick);
    setHeld(null);
  }

  function beat() {
    const current = held();
    if (current === null) return;
    const rest = current.until - Date.now();
    if (rest <= 0) end();
    else setLeft(Math.ceil(rest / 1_000));
  }

  function hold(words: Draft, outcome: Promise<SendOutcome>, forMs: number, also?: () => void) {
    clearInterval(tick);
    if (forMs <= 0) return setHeld(null);
    const mine: Held = { until: Date.now() + forMs, words: structuredClone(unwrap(words)), outcome, also };
    setHeld(mine);
    beat();
    tick = setInterval(beat, TICK_MS);
    void endIfRefused(mine);
  }

  // A refused message stays in the thread with its reason: there is nothing on its way to take back.
  async function endIfRefused(mine: Held) {
    const status = await mine.outcome.then((outcome) => outcome.status, () => "refused");
    if (status === "refused" && held() === mine) end();
  }

  async function undo() {
    const taken = held();
    if (taken === null) return;
    end();
    if (!await taken.outcome.then(takeBack).catch(() => false)) return tooLate();
    restore(taken.words);
    taken.also?.();
  }

  onCleanup(() => clearInterval(tick));
  return { held, left, hold, undo };
}
export type Undo = ReturnType<typeof createUndo>;
