import { Link, X } from "lucide-solid";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { FileLink, FileLinkList } from "../../../worker/contract/file";
import { api, ApiProblem } from "../../lib/api";
import { bytes, day } from "../../lib/format";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import styles from "./contact.module.css";
import own from "./files.module.css";

/** Links to files that this customer was given and that still work. `fresh` changes when one may have been added. */
export function SharedLinks(props: { conversationId: string; fresh: number }) {
  const [links, setLinks] = createSignal<readonly FileLink[]>([]);
  const path = () => `/api/v1/conversations/${encodeURIComponent(props.conversationId)}/file-links`;

  createEffect(on(() => [props.conversationId, props.fresh], async () => {
    const asked = path();
    const list = await api.get<FileLinkList>(asked).catch((error: unknown) => { if (error instanceof ApiProblem) return null; throw error; });
    if (list && asked === path()) setLinks(list.items);
  }));

  async function takeBack({ id, name }: FileLink) {
    try {
      await api.delete(`${path()}/${encodeURIComponent(id)}`);
      setLinks((before) => before.filter((link) => link.id !== id));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: t("composer.file.link-stays", { name }), kind: "error" });
    }
  }

  return (
    <Show when={links().length > 0}>
      <section class={styles["section"]} aria-labelledby="contact-links">
        <h3 class={styles["title"]} id="contact-links">{t("contact.links")} <span class={styles["count"]}>{links().length}</span></h3>
        <ul class={own["rows"]}>
          <For each={links()}>{(link) => (
            <li>
              <a class={styles["past"]} href={link.url} target="_blank" rel="noopener"><Link size={14} aria-hidden="true" /><span class={styles["cut"]}>{link.name}</span><small>{bytes(link.size)}, {t("contact.links.until", { day: day(link.expiresAt) })}</small></a>
              <IconButton label={t("composer.file.link-remove", { name: link.name })} icon={X} onClick={() => void takeBack(link)} />
            </li>
          )}</For>
        </ul>
      </section>
    </Show>
  );
}
