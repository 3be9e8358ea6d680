import { showKeys } from "../lib/shortcuts";
import styles from "./kbd.module.css";

/** Keys from the registry (`mod+k`), as they stand on the reader's keyboard. */
export function Kbd(props: { keys: string }) {
  return <kbd class={styles["kbd"]}>{showKeys(props.keys)}</kbd>;
}
