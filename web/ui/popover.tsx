import { createSignal, lazy, Show, Suspense, type JSX } from "solid-js";
import { createTrigger, untilHere } from "./adopt";

export interface PopoverProps {
  /** Is or holds the button that opens it. */
  trigger: JSX.Element;
  /** Given together when somebody else decides. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Its name; without one it is named after its trigger. */
  title?: string;
  /** Which edge it shares with its button; the end unless said. */
  align?: "start" | "end";
  children?: JSX.Element;
}

const Sheet = lazy(async () => ({ default: (await import("./popover-sheet")).PopoverSheet }));
export const preloadPopover = (): void => void Sheet.preload();

/** A small sheet beside its button, with whatever it needs in it. */
export function Popover(props: PopoverProps) {
  const trigger = createTrigger(() => props.trigger);
  const [own, setOwn] = createSignal(false);
  const [asked, setAsked] = createSignal(false);
  const isOpen = () => props.open ?? own();
  const change = (open: boolean) => {
    setAsked(true);
    setOwn(open);
    props.onOpenChange?.(open);
  };
  const isWanted = () => asked() || isOpen();
  untilHere(trigger.button(), "dialog", { isHere: isWanted, fetch: preloadPopover, open: () => change(true) });
  return (
    <>
      {trigger.host()}
      <Show when={isWanted()}><Suspense><Sheet button={trigger.button()} open={isOpen()} onOpenChange={change} title={props.title} align={props.align}>{props.children}</Sheet></Suspense></Show>
    </>
  );
}
