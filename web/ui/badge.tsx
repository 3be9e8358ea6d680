import { Show } from "solid-js";
import styles from "./badge.module.css";

/** A larger number says no more. */
const MOST = 99;

/** How many. `accent` for what waits for us, `quiet` for a mere number. Nothing at all for none. */
export function Badge(props: { count: number; kind?: "accent" | "quiet" | "red"; label?: string }) {
  return <Show when={props.count > 0}><span class={styles["badge"]} data-kind={props.kind ?? "accent"} role={props.label ? "img" : undefined} aria-label={props.label}>{props.count > MOST ? `${MOST}+` : props.count}</span></Show>;
}
