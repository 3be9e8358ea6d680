import { t } from "../../lib/i18n";
import styles from "./resizer.module.css";

const KEY = "inbox:list-width";
const DEFAULT_PX = 320;
/** Narrower cuts names to nothing; wider takes the room from the messages. */
const MIN_PX = 264;
const MAX_PX = 480;
const STEP_PX = 16;

const within = (width: number): number => Math.round(Math.min(MAX_PX, Math.max(MIN_PX, width)));

export function readListWidth(): number {
  const stored = Number(localStorage.getItem(KEY));
  return stored > 0 ? within(stored) : DEFAULT_PX;
}

/** The edge between list and thread: drag it, or use the arrow keys; a double click restores it. */
export function ListResizer(props: { width: number; onWidth: (width: number) => void }) {
  const set = (width: number): void => {
    props.onWidth(within(width));
    localStorage.setItem(KEY, String(within(width)));
  };

  function drag(event: PointerEvent & { currentTarget: HTMLElement }): void {
    const handle = event.currentTarget;
    const from = event.clientX;
    const width = props.width;
    const direction = getComputedStyle(handle).direction === "rtl" ? -1 : 1;
    handle.setPointerCapture(event.pointerId);
    const move = (next: PointerEvent) => set(width + (next.clientX - from) * direction);
    const stop = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", stop);
      handle.removeEventListener("pointercancel", stop);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop);
    handle.addEventListener("pointercancel", stop);
  }

  return (
    <div
      class={styles["edge"]} role="separator" tabindex="0" aria-orientation="vertical" aria-label={t("inbox.list.resize")} aria-valuenow={props.width} aria-valuemin={MIN_PX} aria-valuemax={MAX_PX}
      onPointerDown={drag} onDblClick={() => set(DEFAULT_PX)}
      onKeyDown={(event) => { if (event.key === "ArrowLeft") set(props.width - STEP_PX); if (event.key === "ArrowRight") set(props.width + STEP_PX); }}
    />
  );
}
