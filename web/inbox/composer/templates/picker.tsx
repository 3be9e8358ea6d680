import { ArrowLeft, Search } from "lucide-solid";
import { createMemo, createSignal, For, onMount, Show } from "solid-js";
import type { ComposeChannel } from "../../../../worker/contract/compose";
import type { Contact } from "../../../../worker/contract/contact";
import type { Template } from "../../../../worker/contract/template";
import { t } from "../../../lib/i18n";
import { templates as known } from "../../../lib/me";
import { createMediaQuery } from "../../../lib/media-query";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { EmptyState } from "../../../ui/empty-state";
import { ErrorState } from "../../../ui/error-state";
import { Skeleton } from "../../../ui/skeleton";
import { createList } from "../../settings/list-store";
import type { ComposerSession } from "../session";
import { languageName, TemplateMarks, whyNot } from "./marks";
import { Filling, type Filled } from "./filling";
import { byName, find, preferred, type Named } from "./variants";
import styles from "./templates.module.css";

interface PickerProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  session: ComposerSession;
  via: ComposeChannel;
  /** What was sent and taken back. */
  begin: Filled | null;
  onSend: (filled: Filled) => void;
}

/** Finds a template, fills it in and shows it as the customer will see it. */
export function TemplatePicker(props: PickerProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("composer.template.title")} size="l">
      <Show when={props.open}><Picker {...props} /></Show>
    </Dialog>
  );
}

function Picker(props: PickerProps) {
  const isPhone = createMediaQuery("(max-width: 720px)");
  const list = createList<Template>("/api/v1/templates", known);
  const [contact, setContact] = createSignal<Contact | null>(null);
  const [isReady, setReady] = createSignal(false);
  const [query, setQuery] = createSignal("");
  const [name, setName] = createSignal<string | null>(props.begin?.use.name ?? null);
  const [language, setLanguage] = createSignal<string | null>(props.begin?.use.language ?? null);

  const kept = new Map<string, Record<string, string>>();

  // An empty list that could not be read again is not known to be empty.
  const own = createMemo(() => {
    const items = list.items()?.filter(({ connectionId }) => connectionId === props.via.connectionId) ?? null;
    return items?.length === 0 && list.problem() !== null ? null : items;
  });
  const found = createMemo(() => find(byName(own() ?? []), query()));
  const chosen = createMemo(() => {
    const named = byName(own() ?? []).find((one) => one.name === name());
    return named ? named.variants.find((one) => one.language === language()) ?? preferred(named, contact()?.language ?? "") : null;
  });
  const variants = () => byName(own() ?? []).find((one) => one.name === chosen()?.name)?.variants ?? [];

  onMount(async () => {
    setContact(await props.session.contact());
    setReady(true);
  });

  function choose(named: Named) {
    setLanguage(null);
    setName(named.name);
  }

  const rows = () => (
    <ul class={styles["rows"]} onKeyDown={moveFocus}>
      <For each={found()} fallback={<li><EmptyState title={t("composer.template.none-found", { query: query() })} /></li>}>{(named) => {
        const shown = () => preferred(named, contact()?.language ?? "");
        const why = () => whyNot(shown());
        return (
          <li>
            <button type="button" class={styles["row"]} aria-pressed={chosen()?.name === named.name} aria-disabled={why() !== null} onClick={() => { if (why() === null) choose(named); }}>
              <b>{named.name}</b>
              <span class={styles["excerpt"]} dir="auto">{shown().parts.body}</span>
              <span class={styles["marks"]}><TemplateMarks template={shown()} /><small>{named.variants.map((one) => languageName(one.language)).join(", ")}</small></span>
              <Show when={why()}>{(sentence) => <span class={styles["why"]}>{sentence()}</span>}</Show>
            </button>
          </li>
        );
      }}</For>
    </ul>
  );

  const filling = () => (
    <Show when={isReady() && chosen()} keyed fallback={<EmptyState title={t("composer.template.pick")} text={t("composer.template.pick-hint")} />}>
      {(template) => <Filling template={template} variants={variants()} onLanguage={setLanguage} contact={contact()} via={props.via} session={props.session} begin={props.begin} kept={kept} onSend={props.onSend} />}
    </Show>
  );

  return (
    <Show when={own()} fallback={<Show when={list.problem()} fallback={<ListSkeleton />}>{(why) => <ErrorState title={t("composer.template.error")} text={why()} onRetry={() => void list.reload()} />}</Show>}>
      {(all) => (
        <Show when={all().length > 0} fallback={<EmptyState title={t("composer.template.none")} text={t("composer.template.none-hint")} action={<Button onClick={() => props.session.go("templates")}>{t("composer.template.manage")}</Button>} />}>
          <div class={styles["picker"]}>
            <Show when={!isPhone() || chosen() === null}>
              <div class={styles["side"]}>
                <label class={styles["search"]}><Search size={14} aria-hidden="true" /><input type="search" aria-label={t("composer.template.search")} placeholder={t("composer.template.search")} value={query()} onInput={(event) => setQuery(event.currentTarget.value)} /></label>
                {rows()}
              </div>
            </Show>
            <Show when={!isPhone() || chosen() !== null}>
              <div class={styles["fill"]}>
                <Show when={isPhone()}><button type="button" class={styles["back"]} onClick={() => setName(null)}><ArrowLeft size={14} aria-hidden="true" />{t("composer.template.back")}</button></Show>
                {filling()}
              </div>
            </Show>
          </div>
        </Show>
      )}
    </Show>
  );
}

/** Up and down walk along the list; everything else stays with the browser. */
function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const at = all.findIndex((one) => one === document.activeElement);
  if (step === 0 || at < 0) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
}

function ListSkeleton() {
  return (
    <div class={styles["skeleton"]} role="status" aria-label={t("composer.template.loading")}>
      <Skeleton width="40%" height="12px" /><Skeleton width="90%" height="10px" />
      <Skeleton width="52%" height="12px" /><Skeleton width="84%" height="10px" />
    </div>
  );
}
