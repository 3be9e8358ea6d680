import type { JSX } from "solid-js";
import { tip } from "./tip";
import styles from "./tooltip.module.css";

/** Words about what it holds, on hover and on keyboard focus. Never the only place something is said. */
export function Tooltip(props: { text: string; kbd?: string; children?: JSX.Element }) {
  return <span class={styles["host"]} ref={(element) => tip(element, () => ({ text: props.text, kbd: props.kbd }))}>{props.children}</span>;
}
