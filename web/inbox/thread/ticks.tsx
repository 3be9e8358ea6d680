import { Check, CheckCheck, CircleAlert, CircleHelp, Clock } from "lucide-solid";
import type { Component } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { EntryState } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import styles from "./entry.module.css";

const GLYPHS: Record<EntryState, Component<{ size?: number; class?: string; "aria-label"?: string }>> = {
  scheduled: Clock, queued: Clock, sending: Clock, sent: Check, delivered: CheckCheck, read: CheckCheck, failed: CircleAlert, unknown: CircleHelp,
};

/** One tick sent, two delivered, two in accent read. */
export function Ticks(props: { state: EntryState }) {
  const label = () => t(`inbox.state.${props.state}`);
  return (
    <span class={styles["ticks"]} classList={{ [styles["read"]!]: props.state === "read", [styles["bad"]!]: props.state === "failed" }} role="img" aria-label={label()} title={label()}>
      <Dynamic component={GLYPHS[props.state]} size={14} aria-hidden="true" />
    </span>
  );
}
