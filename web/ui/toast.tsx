import { CircleAlert, X } from "lucide-solid";
import { createSignal, For, onCleanup, onMount, Show } from "solid-js";
import { t } from "../lib/i18n";
import { IconButton } from "./icon-button";
import styles from "./toast.module.css";

export interface ToastOptions {
  text: string;
  /** Given for what can be taken back. */
  undo?: () => void;
  kind?: "info" | "error";
}
interface Shown extends ToastOptions { id: number }

/** Long enough to change one's mind: interface promise. */
export const UNDO_MS = 10_000;
const INFO_MS = 5_000;
/** An error is read, not glanced at. */
const ERROR_MS = 12_000;
/** More than these cover the work. */
const MOST = 3;

let last = 0;
const [shown, setShown] = createSignal<readonly Shown[]>([]);

/** Says what has happened, with a way back where there is one. */
export function toast(options: ToastOptions): void {
  setShown((all) => [...all, { ...options, id: ++last }].slice(-MOST));
}

const dismiss = (id: number): void => { setShown((all) => all.filter((one) => one.id !== id)); };

/** Where toasts appear: once on a page. */
export function Toasts() {
  return (
    <section class={styles["place"]} aria-label={t("ui.notifications")}>
      <div role="status" aria-live="polite"><For each={shown().filter(({ kind }) => kind !== "error")}>{(one) => <Line toast={one} />}</For></div>
      <div role="alert"><For each={shown().filter(({ kind }) => kind === "error")}>{(one) => <Line toast={one} />}</For></div>
    </section>
  );
}

function Line(props: { toast: Shown }) {
  const lifeMs = () => (props.toast.kind === "error" ? ERROR_MS : props.toast.undo ? UNDO_MS : INFO_MS);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  // It waits while somebody points at it or stands on its button.
  const go = () => { stop(); timer = setTimeout(() => dismiss(props.toast.id), lifeMs()); };
  onMount(go);
  onCleanup(stop);
  const undo = () => {
    dismiss(props.toast.id);
    props.toast.undo?.();
  };
  return (
    <div class={styles["toast"]} onPointerEnter={stop} onPointerLeave={go} onFocusIn={stop} onFocusOut={go}>
      <Show when={props.toast.kind === "error"}><CircleAlert size={16} strokeWidth={1.75} aria-hidden="true" /></Show>
      <span class={styles["text"]}>{props.toast.text}</span>
      <Show when={props.toast.undo}><button type="button" class={styles["undo"]} onClick={undo}>{t("ui.undo")}</button></Show>
      <span class={styles["close"]}><IconButton label={t("ui.dismiss")} icon={X} onClick={() => dismiss(props.toast.id)} /></span>
    </div>
  );
}
