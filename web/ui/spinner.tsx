import styles from "./spinner.module.css";

/** For waiting that has no shape yet. What surrounds it says what is waited for. */
export function Spinner(props: { size?: number }) {
  return <svg class={styles["spinner"]} width={props.size ?? 16} height={props.size ?? 16} viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6" /><path d="M8 2a6 6 0 0 1 6 6" /></svg>;
}
