import { createMemo, lazy, Show, Suspense, type JSX } from "solid-js";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  /** `l` for tables and long text. */
  size?: "m" | "l";
  children?: JSX.Element;
}

const Sheet = lazy(async () => ({ default: (await import("./dialog-sheet")).DialogSheet }));
export const preloadDialog = (): void => void Sheet.preload();

/** Takes the whole attention: keeps the focus inside and gives it back on closing. On a phone it rises from below. */
export function Dialog(props: DialogProps) {
  // Once opened it stays, so that closing can give the focus back.
  const wasWanted = createMemo<boolean>((before) => before || props.open, false);
  return <Show when={wasWanted()}><Suspense><Sheet {...props}>{props.children}</Sheet></Suspense></Show>;
}
