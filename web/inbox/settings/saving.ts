import { createSignal } from "solid-js";
import { createTask } from "../../lib/task";
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
  let form: HTMLFormElement;
  const { isBusy, run } = createTask((problem) => {
    setRefusal(refusalOf(problem, labels, others));
    focusFirstWrong(form);
  });

  /** `check` tells before anything is sent what is missing; null: nothing. */
  async function save(event: SubmitEvent & { currentTarget: HTMLFormElement }, send: () => Promise<void>, check: () => Refusal | null = () => null): Promise<void> {
    event.preventDefault();
    form = event.currentTarget;
    const wrong = check();
    setRefusal(wrong ?? NO_REFUSAL);
    if (wrong) return focusFirstWrong(form);
    await run(send);
  }
  return { refusal, busy: isBusy, save, forgive: () => setRefusal(NO_REFUSAL) };
}
