import styles from "./switch.module.css";

export interface SwitchProps {
  /** Its name; what stands beside it may say the same to those who see. */
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

/** On or off, at once. */
export function Switch(props: SwitchProps) {
  // The browser flips it before we hear of it; what it shows is what is true.
  const change = (event: Event & { currentTarget: HTMLInputElement }) => {
    const on = event.currentTarget.checked;
    event.currentTarget.checked = props.checked;
    props.onChange(on);
    event.currentTarget.checked = props.checked;
  };
  return <input type="checkbox" role="switch" class={styles["switch"]} aria-label={props.label} checked={props.checked} disabled={props.disabled} onChange={change} />;
}
