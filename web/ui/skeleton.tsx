import styles from "./skeleton.module.css";

/** The true shape in grey, while nothing is known. Sizes are CSS lengths. */
export function Skeleton(props: { width?: string; height?: string; round?: boolean }) {
  return <i class={styles["skeleton"]} classList={{ [styles["round"]!]: props.round }} style={{ width: props.width, height: props.height }} aria-hidden="true" />;
}
