import { Show } from "solid-js";
import { UserRound } from "lucide-solid";
import styles from "./avatar.module.css";

export interface AvatarProps {
  name: string;
  /** Customers are pale, colleagues dark. */
  kind: "contact" | "member";
  online?: boolean;
  /** Pixels. */
  size?: 16 | 18 | 20 | 24 | 28 | 32 | 36 | 40 | 56 | number;
}

/** Below this there is room for one letter. */
const TWO_LETTERS_PX = 22;

/** The first letters of the first and the last word; nothing for a number, which has no initials. */
export function initials(name: string, letters: 1 | 2 = 2): string {
  const words = name.trim().split(/\s+/).map((word) => /\p{L}/u.exec(word)?.[0] ?? "").filter(Boolean);
  const chosen = letters === 1 || words.length < 2 ? words.slice(0, 1) : [words[0], words.at(-1)];
  return chosen.join("").toLocaleUpperCase();
}

/** A name is always written beside it, so it is silent for those who listen. */
export function Avatar(props: AvatarProps) {
  const size = () => props.size ?? 32;
  const letters = () => initials(props.name, size() < TWO_LETTERS_PX ? 1 : 2);
  return (
    <span class={styles["avatar"]} data-kind={props.kind} aria-hidden="true" style={{ width: `${size()}px`, height: `${size()}px`, "font-size": `${size() < TWO_LETTERS_PX ? Math.round(size() * 0.55) : Math.max(9.5, size() * 0.37)}px` }}>
      <Show when={letters()} fallback={<UserRound size={Math.round(size() / 2)} />}>{letters()}</Show>
      <Show when={props.online}><i class={styles["online"]} /></Show>
    </span>
  );
}
