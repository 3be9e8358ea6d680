import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { ConsentState, Contact, ContactPage } from "../../../worker/contract/contact";
import type { MergeOutcome } from "../../../worker/contract/merge";
import { api, ApiProblem } from "../../lib/api";
import { shownAddress } from "../../../worker/contract/shown-address";
import { dayLabel } from "../../lib/format";
import { hasWords, t } from "../../lib/i18n";
import { labels, members, teams } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { ChannelIcon } from "../../ui/channel-icon";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { channelOf, shownIdentity, shownName, waysToReach } from "./values";
import styles from "./merge-dialog.module.css";

// Short enough to feel immediate, long enough that a word is one question.
const SEARCH_AFTER_MS = 180;
// More than these is another word to type.
const FOUND_MAX = 8;

/** Asks whom to merge with, shows both side by side with what will come of it, and does it. */
export function MergeDialog(props: { contact: Contact; other: Contact | null; onClose: () => void; onMerged: (outcome: MergeOutcome) => void }) {
  const [other, setOther] = createSignal(props.other);
  const [preview, setPreview] = createSignal<MergeOutcome | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);

  async function ask(otherId: string, dryRun: boolean): Promise<MergeOutcome | null> {
    setProblem(null);
    try {
      return await api.post<MergeOutcome>(`/api/v1/contacts/${encodeURIComponent(props.contact.id)}/merge`, { otherId, dryRun });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.detail);
      return null;
    }
  }

  createEffect(on(other, async (chosen) => {
    setPreview(null);
    const told = chosen && await ask(chosen.id, true);
    if (chosen === other()) setPreview(told);
  }));

  async function merge() {
    const chosen = other();
    if (!chosen) return;
    setBusy(true);
    const outcome = await ask(chosen.id, false);
    setBusy(false);
    if (outcome) props.onMerged(outcome);
  }

  return (
    <Dialog open onOpenChange={(open) => { if (!open) props.onClose(); }} title={t("contact.merge.title")} description={t("contact.merge.intro")} size="l">
      <Show when={other()} fallback={<Find not={props.contact.id} onChosen={setOther} />}>{(chosen) => (
        <>
          <div class={styles["sides"]}>
            <Side title={t("contact.merge.kept")} contact={props.contact} />
            <Side title={t("contact.merge.other")} contact={chosen()} />
            <Show when={preview()}>{(told) => <Side title={t("contact.merge.result")} contact={told().contact} />}</Show>
          </div>
          <Show when={preview()}>{(told) => <Effects outcome={told()} />}</Show>
          <Show when={problem()}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
          <footer class={styles["foot"]}>
            <Button variant="ghost" onClick={() => setOther(null)}>{t("contact.merge.back")}</Button>
            <Button variant="primary" loading={busy()} disabled={preview() === null} onClick={() => void merge()}>{t("contact.merge.do")}</Button>
          </footer>
        </>
      )}</Show>
    </Dialog>
  );
}

function Find(props: { not: string; onChosen: (contact: Contact) => void }) {
  const [query, setQuery] = createSignal("");
  const [found, setFound] = createSignal<readonly Contact[] | null>(null);
  createEffect(on(query, (text) => {
    const q = text.trim();
    if (q === "") return setFound(null);
    const timer = setTimeout(async () => {
      const page = await api.get<ContactPage>(`/api/v1/contacts?${new URLSearchParams({ q, limit: String(FOUND_MAX + 1) }).toString()}`).catch(() => null);
      if (q === query().trim()) setFound(page?.items.filter(({ id }) => id !== props.not).slice(0, FOUND_MAX) ?? []);
    }, SEARCH_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  }));
  return (
    <>
      <Input label={t("contact.merge.search")} type="search" value={query()} onInput={setQuery} autofocus />
      <Show when={found()?.length === 0}><p class={styles["quiet"]} role="status">{t("contact.merge.nobody")}</p></Show>
      <ul class={styles["found"]}>
        <For each={found()}>{(one) => (
          <li>
            <button type="button" onClick={() => props.onChosen(one)}>
              <Avatar name={one.name} kind="contact" size={32} />
              <span><b><bdi>{shownName(one)}</bdi></b><small>{one.identities.filter(({ kind }) => kind === "phone" || kind === "email").map(({ address }) => shownAddress(address)).join(" · ")}</small></span>
            </button>
          </li>
        )}</For>
      </ul>
    </>
  );
}

function Side(props: { title: string; contact: Contact }) {
  const facts = () => [props.contact.company, props.contact.language, props.contact.timeZone, props.contact.address, props.contact.tags.join(", ")].filter((text) => text !== "");
  return (
    <section class={styles["side"]} aria-label={props.title}>
      <h3>{props.title}</h3>
      <p><b><bdi>{shownName(props.contact)}</bdi></b></p>
      <For each={waysToReach(props.contact.identities)}>{(identity) => (
        <p class={styles["way"]}><Show when={channelOf(identity)}>{(channel) => <ChannelIcon kind={channel()} size={14} named />}</Show><bdi>{shownIdentity(identity)}</bdi></p>
      )}</For>
      <For each={facts()}>{(text) => <p class={styles["quiet"]}>{text}</p>}</For>
    </section>
  );
}

/** What a field is called in the panel; one of the account's own by its key. */
const fieldName = (field: string): string => { const key = `contact.${field.replace("timeZone", "time-zone")}`; return hasWords(key) ? t(key) : field; };

function Effects(props: { outcome: MergeOutcome }) {
  return (
    <ul class={styles["effects"]}>
      <For each={props.outcome.conflicts}>{({ field, kept, other }) => <li>{t("contact.merge.conflict", { field: fieldName(field), kept, other })}</li>}</For>
      <For each={Object.entries(props.outcome.consent) as [ChannelKind, ConsentState][]}>{([channel, state]) => <li>{t("contact.merge.consent", { channel: t(`channel.${channel}`), state: t(`contact.consent.${state}`) })}</li>}</For>
      <Show when={props.outcome.notes > 0}><li>{t("contact.merge.notes", { count: props.outcome.notes })}</li></Show>
      <Show when={props.outcome.conversations > 0}><li>{t("contact.merge.conversations", { count: props.outcome.conversations })}</li></Show>
      <Show when={props.outcome.closes}><li>{t("contact.merge.closes")}</li></Show>
      <Show when={props.outcome.work}>{(work) => <For each={workLines(work())}>{(line) => <li>{line}</li>}</For>}</Show>
    </ul>
  );
}

/** How the conversation that goes on stands afterwards, in a sentence each. */
function workLines({ assigneeId, teamId, labelIds, status, snoozedUntil, scheduled }: NonNullable<MergeOutcome["work"]>): string[] {
  const named = (list: readonly { id: string; name: string }[], id: string) => list.find((one) => one.id === id)?.name;
  const person = assigneeId === null ? undefined : named(members(), assigneeId);
  const team = teamId === null ? undefined : named(teams(), teamId);
  const marks = labelIds.flatMap((id) => named(labels(), id) ?? []);
  return [
    ...(person ? [t("contact.merge.assignee", { name: person })] : []), ...(team ? [t("contact.merge.team", { name: team })] : []),
    ...(marks.length > 0 ? [t("contact.merge.labels", { labels: marks.join(", ") })] : []),
    ...(status === "snoozed" && snoozedUntil !== null ? [t("contact.merge.sleeps", { day: dayLabel(snoozedUntil) })] : []),
    ...(scheduled > 0 ? [t("contact.merge.scheduled", { count: scheduled })] : []),
  ];
}
