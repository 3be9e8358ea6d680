import { ChevronDown } from "lucide-solid";
import { t } from "../../lib/i18n";
import { showKeys } from "../../lib/shortcuts";
import { Menu } from "../../ui/menu";
import { Tooltip } from "../../ui/tooltip";
import type { SendKey } from "./keys";
import styles from "./composer.module.css";

const keyName = (key: SendKey) => showKeys(key === "enter" ? "enter" : "mod+enter");

interface SendButtonProps {
  label: string;
  /** Why it is off; shown instead of the key. */
  hint: string | null;
  blocked: boolean;
  internal?: boolean;
  sendKey: SendKey;
  onSendKey: (key: SendKey) => void;
  onSend: () => void;
}

/** The button that sends, and beside it which key does. */
export function SendButton(props: SendButtonProps) {
  return (
    <span class={styles["split"]} classList={{ [styles["internal"]!]: props.internal ?? false }}>
      <Tooltip text={props.hint ?? props.label} kbd={props.hint ? undefined : keyName(props.sendKey)}>
        <button type="button" class={styles["send"]} aria-disabled={props.blocked} onClick={() => props.onSend()}>{props.label}</button>
      </Tooltip>
      <Menu
        trigger={<button type="button" class={styles["send-more"]} aria-label={t("composer.send-key")}><ChevronDown size={14} /></button>}
        items={(["mod-enter", "enter"] as const).map((key) => ({
          label: t(`composer.send-key.${key}`, { key: keyName(key) }), ...(props.sendKey === key && { kbd: "✓" }), onSelect: () => props.onSendKey(key),
        }))}
      />
    </span>
  );
}
