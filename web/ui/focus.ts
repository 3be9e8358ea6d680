import { onCleanup } from "solid-js";

/** Takes the focus as soon as the element stands on the page: a new screen is drawn before it is put there. */
export function focusWhenShown(element: HTMLElement): void {
  let frame = 0;
  const look = () => {
    if (element.isConnected) element.focus();
    else frame = requestAnimationFrame(look);
  };
  queueMicrotask(look);
  onCleanup(() => cancelAnimationFrame(frame));
}
