import type { JSX } from "solid-js";
import styles from "./sheet.module.css";

/** The white sheet on the desk, for a screen that has no panes of its own. */
export function Sheet(props: { children: JSX.Element }) {
  return <div class={styles["sheet"]}>{props.children}</div>;
}
