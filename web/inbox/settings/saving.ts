import { createSignal } from "solid-js";
import { focusFirstWrong, NO_REFUSAL, refusalOf, type Refusal } from "./refusal";

interface Words {
  /** The fields that can show an error, by key. */
  labels: Readonly<Record<string, string>>;
  /** The names of what else may be wrong. */
  others?: Readonly<Record<string, string>>;
}

/** The sending of a form: one at a time, and a refusal stands where it belongs with the hand on the first mistake. */
export function createSaving({ labels, others }: Words) {
  const [refusal, setRefusal] = createSignal(NO_REFUSAL);
  const [busy, setBusy] = createSignal(false);

  /** `check` tells before anything is sent what is missing; null: nothing. */
  async function save(event: SubmitEvent & { currentTarget: HTMLFormElement }, send: () => Promise<void>, check: () => Refusal | null = () => null): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const wrong = check();
    setRefusal(wrong ?? NO_REFUSAL);
    if (wrong) return focusFirstWrong(form);
    setBusy(true);
    try {
      await send();
    } catch (error) {
      setRefusal(refusalOf(error, labels, others));
      focusFirstWrong(form);
    } finally {
      setBusy(false);
    }
  }
  return { refusal, busy, save, forgive: () => setRefusal(NO_REFUSAL) };
}
