import { createSignal, lazy, Show, Suspense, type JSX } from "solid-js";
import { createTrigger, untilHere } from "./adopt";
import type { Icon } from "./icon";

export type MenuItem = "separator" | {
  label: string;
  icon?: Icon;
  /** The key that does the same, as people read it. */
  kbd?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
};

// Apart, so that a page with menus paints before their machinery has arrived.
const Sheet = lazy(async () => ({ default: (await import("./menu-sheet")).MenuSheet }));
export const preloadMenu = (): void => void Sheet.preload();

/** A list of things to do behind one button; `trigger` is or holds that button. */
export function Menu(props: { trigger: JSX.Element; items: readonly MenuItem[] }) {
  const trigger = createTrigger(() => props.trigger);
  const [asked, setAsked] = createSignal<"pointer" | "keyboard" | null>(null);
  untilHere(trigger.button(), "menu", { isHere: () => asked() !== null, fetch: preloadMenu, open: setAsked });
  return (
    <>
      {trigger.host()}
      <Show when={asked()} keyed>{(by) => <Suspense><Sheet button={trigger.button()} items={props.items} openedBy={by} /></Suspense>}</Show>
    </>
  );
}
