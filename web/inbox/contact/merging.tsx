import { useNavigate } from "@solidjs/router";
import { GitMerge } from "lucide-solid";
import { createEffect, createSignal, For, lazy, on, onCleanup, Show, Suspense } from "solid-js";
import type { Contact } from "../../../worker/contract/contact";
import type { Duplicate, DuplicateList, Merge, MergeList, MergeOutcome } from "../../../worker/contract/merge";
import { api, ApiProblem } from "../../lib/api";
import { contactNews } from "../../lib/contact-news";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { IconButton } from "../../ui/icon-button";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { conversationHref } from "../route";
import { sayNotSaved } from "../say-refused";
import { shownName } from "./values";
import styles from "./contact.module.css";

const MergeDialog = lazy(async () => ({ default: (await import("./merge-dialog")).MergeDialog }));

/** Who else this contact may be, the way to make two contacts one, and the way back. */
export function Merging(props: { contact: Contact; conversationId: string; onChanged: () => void }) {
  const navigate = useNavigate();
  const [duplicates, setDuplicates] = createSignal<readonly Duplicate[]>([]);
  const [merges, setMerges] = createSignal<readonly Merge[]>([]);
  /** Null: closed. Without a contact it asks for one. */
  const [asked, setAsked] = createSignal<{ other: Contact | null } | null>(null);
  /** Who is on the screen now. An answer may come when the panel shows somebody else already, or is gone. */
  let shown: string | null = null;
  onCleanup(() => { shown = null; });

  async function read(id: string) {
    shown = id;
    const path = (rest: string) => `/api/v1/contacts/${encodeURIComponent(id)}/${rest}`;
    // A suggestion that cannot be had is none.
    const [found, made] = await Promise.all([api.get<DuplicateList>(path("duplicates")).catch(() => null), api.get<MergeList>(path("merges")).catch(() => null)]);
    if (shown !== id) return;
    setDuplicates(found?.items ?? []);
    setMerges(made?.items ?? []);
  }
  // A colleague has merged, or told apart, somebody who stands here.
  createEffect(on(contactNews, (ids) => {
    const isShown = (id: string) => id === shown || duplicates().some(({ contact }) => contact.id === id);
    if (ids.some(isShown)) changed();
  }, { defer: true }));
  // Addresses and names are what suggestions follow from.
  createEffect(on(() => [props.contact.id, props.contact.name, props.contact.company, props.contact.identities.map(({ id }) => id).join()] as const, ([id]) => void read(id)));

  function changed() {
    props.onChanged();
    if (shown !== null) void read(shown);
  }

  function merged({ mergeId, contact, closes }: MergeOutcome) {
    setAsked(null);
    toast({ text: t("contact.merge.done", { name: shownName(contact) }), undo: () => { if (mergeId) void undo(mergeId); } });
    changed();
    if (closes !== null && closes === props.conversationId && contact.conversationId) navigate(conversationHref(contact.conversationId));
  }

  async function undo(mergeId: string) {
    try {
      await api.post(`/api/v1/contacts/merges/${encodeURIComponent(mergeId)}/undo`, {});
      toast({ text: t("contact.merge.undone") });
      changed();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      sayNotSaved(error);
    }
  }

  async function tellApart(other: Contact, apart: boolean) {
    const path = `/api/v1/contacts/${encodeURIComponent(props.contact.id)}/apart/${encodeURIComponent(other.id)}`;
    const before = duplicates();
    if (apart) setDuplicates(before.filter(({ contact }) => contact.id !== other.id));
    try {
      await (apart ? api.put(path, undefined) : api.delete(path));
      if (apart) toast({ text: t("contact.merge.apart-done", { name: shownName(other) }), undo: () => void tellApart(other, false) });
      else if (shown !== null) void read(shown);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setDuplicates(before);
      sayNotSaved(error);
    }
  }

  return (
    <Show when={me()?.member.role !== "restricted"}>
      <section class={styles["section"]} aria-labelledby="contact-merge">
        <h3 class={styles["title"]} id="contact-merge">{t("contact.merge.may-be")} <Show when={duplicates().length > 0}><span class={styles["count"]}>{duplicates().length}</span></Show><span class={styles["grow"]} /><IconButton label={t("contact.merge.with")} icon={GitMerge} size="s" onClick={() => setAsked({ other: null })} /></h3>
        <Show when={duplicates().length + merges().length === 0}><p class={styles["quiet"]}>{t("contact.merge.none")}</p></Show>
        <ul>
          <For each={duplicates()}>{(one) => (
            <li>
              <button type="button" class={styles["twin"]} aria-label={t("contact.merge.review", { name: shownName(one.contact) })} onClick={() => setAsked({ other: one.contact })}>
                <b><bdi>{shownName(one.contact)}</bdi></b><small>{one.sentence}</small>
              </button>
              <button type="button" class={`${styles["link"]} ${styles["apart"]}`} aria-label={t("contact.merge.apart-name", { name: shownName(one.contact) })} onClick={() => void tellApart(one.contact, true)}>{t("contact.merge.apart")}</button>
            </li>
          )}</For>
          <For each={merges()}>{(one) => (
            <li class={styles["merged"]}>
              <span class={styles["cut"]}>{t("contact.merge.line", { name: one.otherName, by: one.by })}</span><Time at={one.at} />
              <Show when={one.undoUntil}><button type="button" class={styles["link"]} onClick={() => void undo(one.id)}>{t("contact.merge.undo")}</button></Show>
            </li>
          )}</For>
        </ul>
        <Show when={asked()}>{(open) => (
          <Suspense><MergeDialog contact={props.contact} other={open().other} onClose={() => setAsked(null)} onMerged={merged} /></Suspense>
        )}</Show>
      </section>
    </Show>
  );
}
