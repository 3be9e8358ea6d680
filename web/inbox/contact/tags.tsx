import { Plus } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { Contact, ContactPatch } from "../../../worker/contract/contact";
import { t } from "../../lib/i18n";
import { Chip } from "../../ui/chip";
import { IconButton } from "../../ui/icon-button";
import styles from "./contact.module.css";

// The contract's limit for one tag.
const TAG_MAX = 50;

export function Tags(props: { contact: Contact; onPatch: (patch: ContactPatch) => void }) {
  const [text, setText] = createSignal<string | null>(null);

  function add() {
    const tags = (text() ?? "").split(",").map((tag) => tag.trim().slice(0, TAG_MAX)).filter((tag) => tag !== "" && !props.contact.tags.includes(tag));
    setText(null);
    if (tags.length > 0) props.onPatch({ addTags: tags });
  }

  return (
    <section class={styles["section"]} aria-labelledby="contact-tags">
      <h3 class={styles["title"]} id="contact-tags">{t("contact.tags")}<span class={styles["grow"]} /><IconButton label={t("contact.tag.add")} icon={Plus} size="s" onClick={() => setText("")} /></h3>
      <div class={styles["tags"]}>
        <For each={props.contact.tags}>{(tag) => <Chip onRemove={() => props.onPatch({ removeTags: [tag] })}>{tag}</Chip>}</For>
        <Show when={text() !== null}>
          <input
            type="text" dir="auto" class={styles["value-input"]} maxLength={TAG_MAX} aria-label={t("contact.tag.add")} value={text() ?? ""} ref={(input) => queueMicrotask(() => input.focus())}
            onInput={(event) => setText(event.currentTarget.value)} onBlur={add}
            onKeyDown={(event) => {
              if ((event.key === "Enter" || event.key === ",") && !event.isComposing) { event.preventDefault(); add(); }
              if (event.key === "Escape") { event.stopPropagation(); setText(null); }
            }}
          />
        </Show>
      </div>
    </section>
  );
}
