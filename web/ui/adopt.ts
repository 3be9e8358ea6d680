import { children, type JSX } from "solid-js";
import { spread } from "solid-js/web";

/**
 * Makes a ready element the trigger of a Kobalte part: gives the part's behaviour to the button in it.
 * Use as `<Part.Trigger as={adopt(() => props.trigger)} />`.
 */
export function adopt(trigger: () => JSX.Element): (behaviour: object) => JSX.Element {
  return (behaviour) => {
    const host = children(trigger)();
    const element = host instanceof Element ? host : null;
    const button = element?.matches("button") ? element : element?.querySelector("button");
    if (!button) throw new Error("A trigger must be or hold one button");
    spread(button, () => behaviour, false, true);
    return host as JSX.Element;
  };
}
