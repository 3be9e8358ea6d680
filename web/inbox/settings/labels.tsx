import { Archive, PenLine, RotateCcw, Tag } from "lucide-solid";
import { createSignal, createUniqueId, For, Show } from "solid-js";
import type { Label } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { labels as known, refresh } from "../../lib/me";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { toast } from "../../ui/toast";
import { createList, type List } from "./list-store";
import { Page, Rows, Section } from "./page";
import { missing } from "./refusal";
import { Rename } from "./rename";
import { mayChange } from "./rights";
import { createSaving } from "./saving";
import styles from "./settings.module.css";

const COLOURS = [1, 2, 3, 4, 5] as const;
const byName = (one: Label, other: Label) => one.name.localeCompare(other.name);

/** Coloured words on conversations. They are archived, never deleted: old conversations still carry them. */
export function Labels() {
  const labels = createList<Label>("/api/v1/labels", known);
  const [renaming, setRenaming] = createSignal<Label | null>(null);
  const open = () => (labels.items() ?? []).filter(({ archived }) => !archived).sort(byName);
  const archived = () => (labels.items() ?? []).filter((label) => label.archived).sort(byName);

  const send = (id: string, patch: Partial<Omit<Label, "id">>) => async () => {
    const changed = await api.patch<Label>(`/api/v1/labels/${id}`, patch);
    void refresh("labels");
    return changed;
  };
  const change = (label: Label, patch: Partial<Omit<Label, "id">>) => labels.change(label.id, patch, send(label.id, patch));
  async function archive(label: Label) {
    if (await change(label, { archived: true })) toast({ text: t("settings.labels.isArchived", { name: label.name }), undo: () => void change(label, { archived: false }) });
  }

  return (
    <Page title={t("settings.labels")} lede={t("settings.labels.lede")} admins>
      <Show when={mayChange()}><CreateLabel list={labels} /></Show>
      <Rows items={labels.items()} problem={labels.problem()} onRetry={() => void labels.reload()} empty={<EmptyState icon={Tag} title={t("settings.labels.none")} text={t("settings.labels.noneText")} />}>
        {() => (
          <>
            <ul class={styles["rows"]}>
              <For each={open()}>{(label) => (
                <li class={styles["row"]}>
                  <i class={styles["square"]} style={{ background: `var(--label-${label.colour})` }} />
                  <span class={styles["two"]}><b>{label.name}</b></span>
                  <Show when={mayChange()}>
                    <Colours label={t("settings.labels.colourOf", { name: label.name })} value={label.colour} onChoose={(colour) => void change(label, { colour })} />
                    <IconButton label={t("settings.renameOf", { name: label.name })} icon={PenLine} onClick={() => setRenaming({ ...label })} />
                    <IconButton label={t("settings.labels.archiveOf", { name: label.name })} icon={Archive} onClick={() => void archive({ ...label })} />
                  </Show>
                </li>
              )}</For>
            </ul>
            <Show when={archived().length > 0}>
              <Section title={t("settings.labels.archived")} text={t("settings.labels.archivedText")}>
                <ul class={styles["rows"]}>
                  <For each={archived()}>{(label) => (
                    <li class={`${styles["row"]} ${styles["off"]}`}>
                      <i class={styles["square"]} style={{ background: `var(--label-${label.colour})` }} />
                      <span class={styles["two"]}><b>{label.name}</b></span>
                      <Show when={mayChange()}><IconButton label={t("settings.labels.restoreOf", { name: label.name })} icon={RotateCcw} onClick={() => void change({ ...label }, { archived: false })} /></Show>
                    </li>
                  )}</For>
                </ul>
              </Section>
            </Show>
          </>
        )}
      </Rows>
      <Rename open={renaming() !== null} onOpenChange={() => setRenaming(null)} label={t("settings.labels.name")} value={renaming()?.name ?? ""} onRename={async (name) => { labels.put(await send(renaming()!.id, { name })()); }} />
    </Page>
  );
}

function CreateLabel(props: { list: List<Label> }) {
  const [name, setName] = createSignal("");
  const [colour, setColour] = createSignal(1);
  const fields = { name: t("settings.labels.name") };
  const saving = createSaving({ labels: fields });

  async function create(): Promise<void> {
    props.list.add(await api.post<Label>("/api/v1/labels", { name: name().trim(), colour: colour() }));
    setName("");
    setColour((colour() % COLOURS.length) + 1);
    void refresh("labels");
  }

  return (
    <form class={styles["inline"]} noValidate onSubmit={(event) => void saving.save(event, create, () => missing({ name: name() }, fields))}>
      <Input label={fields.name} name="name" value={name()} onInput={setName} error={saving.refusal().fields["name"] ?? saving.refusal().sentence ?? undefined} placeholder={t("settings.labels.placeholder")} />
      <Colours label={t("settings.labels.colour")} value={colour()} onChoose={setColour} />
      <Button type="submit" loading={saving.busy()}>{t("settings.labels.create")}</Button>
    </form>
  );
}

/** Native radio buttons: arrow keys choose, one stop for the Tab key. */
function Colours(props: { label: string; value: number; onChoose: (colour: number) => void }) {
  const group = createUniqueId();
  return (
    <span class={styles["colours"]} role="radiogroup" aria-label={props.label}>
      <For each={COLOURS}>{(colour) => (
        <input type="radio" name={group} aria-label={t(`settings.colour.${colour}`)} title={t(`settings.colour.${colour}`)} style={{ "--label": `var(--label-${colour})` }} checked={props.value === colour} onChange={() => props.onChoose(colour)} />
      )}</For>
    </span>
  );
}
