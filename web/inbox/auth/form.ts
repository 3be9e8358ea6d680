import { createSignal } from "solid-js";
import type { ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { createTask } from "../../lib/task";

/** The contract's shortest password; said before the server has to. */
export const MIN_PASSWORD = 10;

/** Something with one at sign in its middle. What is really an address, the server decides. */
export const looksLikeEmail = (text: string): boolean => /^\S+@\S+$/.test(text.trim());

/** One attempt at a time, and the sentence of the last one that failed. */
export function createSubmit() {
  const [problem, setProblem] = createSignal<ApiProblem | null>(null);
  const { isBusy, run } = createTask(setProblem);
  const submit = (work: () => Promise<void>): Promise<void> => run(() => {
    setProblem(null);
    return work();
  });
  const sentence = () => (problem()?.code === "too-many-requests" ? t("auth.tooMany") : problem()?.detail ?? null);
  return { busy: isBusy, problem, sentence, submit };
}

/** A link's secret stands behind `#`, where no server and no log sees it; it leaves the address bar at once. */
export function takeToken(): string | null {
  const words = location.hash.slice(1);
  const token = new URLSearchParams(words).get("token") ?? (words.includes("=") ? null : words);
  if (words) history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  return token || null;
}
