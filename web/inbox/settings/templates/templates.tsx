import { LayoutTemplate, Plus, RefreshCw } from "lucide-solid";
import { createMemo, createSignal, For, Show } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import type { Template } from "../../../../worker/contract/template";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { connections, templates as known } from "../../../lib/me";
import { createTask } from "../../../lib/task";
import { Button } from "../../../ui/button";
import { ChannelIcon } from "../../../ui/channel-icon";
import { EmptyState } from "../../../ui/empty-state";
import { toast } from "../../../ui/toast";
import { languageName, TemplateMarks, whyNot } from "../../composer/templates/marks";
import { TemplatePreview } from "../../composer/templates/preview";
import { createList } from "../list-store";
import { Page, Rows } from "../page";
import { sentenceOf } from "../refusal";
import { mayChange } from "../rights";
import { CreateTemplate } from "./create-template";
import styles from "./templates.module.css";

/** What each platform has approved, is reviewing or has refused, and new ones to hand in. */
export function Templates() {
  const list = createList<Template>("/api/v1/templates", known);
  const [writing, setWriting] = createSignal(false);
  // An empty list that could not be read again is not known to be empty.
  const itemsOf = (id: string) => {
    const items = list.items()?.filter(({ connectionId }) => connectionId === id) ?? null;
    return items?.length === 0 && list.problem() !== null ? null : items;
  };
  const able = createMemo(() => connections().filter(({ capabilities }) => capabilities.templates));

  function created(template: Template) {
    list.add(template);
    setWriting(false);
    toast({ text: t("settings.templates.handedIn", { name: template.name }) });
  }

  return (
    <Page title={t("settings.templates")} lede={t("settings.templates.lede")} action={<Show when={mayChange() && able().length > 0}><Button variant="primary" icon={Plus} onClick={() => setWriting(true)}>{t("settings.templates.new")}</Button></Show>} admins>
      <Show when={able().length > 0} fallback={<EmptyState icon={LayoutTemplate} title={t("settings.templates.noChannel")} text={t("settings.templates.noChannelText")} />}>
        <For each={able().map(({ id }) => id)}>{(id) => <Connection connection={able().find((one) => one.id === id)!} items={itemsOf(id)} problem={list.problem()} onRetry={() => void list.reload()} />}</For>
      </Show>
      <CreateTemplate open={writing()} onOpenChange={setWriting} connections={able()} onCreated={created} />
    </Page>
  );
}

function Connection(props: { connection: ConnectionView; items: readonly Template[] | null; problem: string | null; onRetry: () => void }) {
  const { isBusy, run } = createTask((refused) => toast({ text: sentenceOf(refused), kind: "error" }));

  const sync = () => run(async () => {
    const { items } = await api.post<{ items: Template[] }>("/api/v1/templates/sync", { connectionId: props.connection.id });
    props.onRetry();
    toast({ text: t("settings.templates.synced", { count: items.length }) });
  });

  return (
    <section class={styles["connection"]} aria-label={props.connection.name}>
      <header class={styles["connectionHead"]}>
        <ChannelIcon kind={props.connection.channel} size={16} named />
        <h2>{props.connection.name}</h2>
        <Show when={mayChange()}><Button size="s" icon={RefreshCw} loading={isBusy()} onClick={() => void sync()}>{t("settings.templates.sync")}</Button></Show>
      </header>
      <Rows items={props.items} problem={props.problem} onRetry={props.onRetry} empty={<EmptyState icon={LayoutTemplate} title={t("settings.templates.none")} text={t("settings.templates.noneText")} />}>
        {() => <ul class={styles["list"]}><For each={props.items}>{(template) => <Line template={template} />}</For></ul>}
      </Rows>
    </section>
  );
}

function Line(props: { template: Template }) {
  const [isOpen, setOpen] = createSignal(false);
  const examples = () => Object.fromEntries(props.template.variables.flatMap(({ key, example }) => (example ? [[key, example]] : [])));
  return (
    <li>
      <button type="button" class={styles["line"]} aria-expanded={isOpen()} onClick={() => setOpen(!isOpen())}>
        <span class={styles["what"]}>
          <b>{props.template.name}</b>
          <small>{languageName(props.template.language)}</small>
          <span class={styles["excerpt"]} dir="auto">{props.template.parts.body}</span>
        </span>
        <span class={styles["marks"]}><TemplateMarks template={props.template} /></span>
      </button>
      <Show when={props.template.status === "pending" && props.template.reason === null ? null : whyNot(props.template)}>{(sentence) => <p class={styles["reason"]} data-status={props.template.status}>{sentence()}</p>}</Show>
      <Show when={isOpen()}><div class={styles["open"]}><TemplatePreview parts={props.template.parts} values={examples()} /></div></Show>
    </li>
  );
}
