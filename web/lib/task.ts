import { createSignal } from "solid-js";
import { ApiProblem } from "./api";

/**
 * What a press asks of the server, and whether it is under way: one at a time, so a second press meanwhile does nothing.
 * `onRefused` says why the server would not; any other failure is an accident and thrown on.
 */
export function createTask(onRefused: (problem: ApiProblem) => void) {
  const [isBusy, setBusy] = createSignal(false);

  async function run(work: () => Promise<void>): Promise<void> {
    if (isBusy()) return;
    setBusy(true);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      onRefused(error);
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, run };
}
