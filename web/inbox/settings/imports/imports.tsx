import { Upload } from "lucide-solid";
import { createSignal, For, onCleanup, Show } from "solid-js";
import type { ImportResult } from "../../../../worker/contract/import";
import { api, ApiProblem } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { Page, Section } from "../page";
import { mayChange } from "../rights";
import { sentenceOf } from "../refusal";
import { type Broken, type Export, pieces, readExport } from "./parse";
import form from "../settings.module.css";
import styles from "./imports.module.css";

/** A larger file takes more memory than a phone has; it is brought in parts. */
const FILE_MAX = 100_000_000;
/** More of what was left out helps nobody. */
const BROKEN_SHOWN = 10;

type State =
  | { kind: "idle" }
  | { kind: "read"; name: string; found: Export }
  | { kind: "busy"; done: number; all: number; found: Export }
  | { kind: "over"; added: number; found: Export; problem: string | null };

/** Brings in what was said in systems that are gone. */
export function Imports() {
  const [state, setState] = createSignal<State>({ kind: "idle" });
  const [problem, setProblem] = createSignal<string | null>(null);
  let picker!: HTMLInputElement;
  let isGone = false;
  onCleanup(() => { isGone = true; });
  const found = () => { const now = state(); return now.kind === "idle" ? null : now.found; };
  const messages = ({ chats }: Export) => chats.reduce((sum, chat) => sum + chat.messages.length, 0);

  async function pick(file: File | undefined) {
    setProblem(null);
    setState({ kind: "idle" });
    if (!file) return;
    if (file.size > FILE_MAX) return setProblem(t("settings.imports.tooLarge", { size: FILE_MAX / 1_000_000 }));
    const read = readExport(await file.text());
    if (read.chats.length === 0) return setProblem(t("settings.imports.nothing"));
    setState({ kind: "read", name: file.name, found: read });
  }

  async function bring(all: Export) {
    const total = messages(all);
    let done = 0, added = 0;
    setState({ kind: "busy", done, all: total, found: all });
    try {
      for (const conversations of pieces(all.chats)) {
        if (isGone) return;
        const result = await api.post<ImportResult>("/api/v1/imports/business-messages", { conversations });
        done += conversations.reduce((sum, chat) => sum + chat.messages.length, 0);
        added += result.added;
        setState({ kind: "busy", done, all: total, found: all });
      }
      setState({ kind: "over", added, found: all, problem: null });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setState({ kind: "over", added, found: all, problem: sentenceOf(error) });
    }
  }

  return (
    <Page title={t("settings.imports")} lede={t("settings.imports.lede")} admins>
      <Section title={t("settings.imports.businessMessages")} text={t("settings.imports.businessMessagesHint")}>
        <pre class={styles["shape"]} aria-label={t("settings.imports.shape")}>{'{ "conversations": [ { "id": "…", "name": "Rosa Diaz", "messages": [\n  { "id": "…", "at": "2023-05-01T10:00:00Z", "from": "customer", "text": "Are you open?" },\n  { "id": "…", "at": "2023-05-01T10:05:00Z", "from": "us", "author": "Sam", "text": "Until six." } ] } ] }'}</pre>
        <input ref={(element) => { picker = element; }} type="file" hidden accept=".json,.jsonl,.ndjson,.txt,application/json" aria-label={t("settings.imports.choose")} onChange={(event) => { void pick(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        <div class={form["footStart"]}>
          <Button icon={Upload} disabled={!mayChange() || state().kind === "busy"} onClick={() => picker.click()}>{t("settings.imports.choose")}</Button>
        </div>
        <Show when={problem()}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["outcome"]} role="status">
          <Show when={found()}>{(read) => (
            <>
              <Show when={only(state(), "read")}>{(now) => (
                <>
                  <p>{t("settings.imports.found", { name: now().name, chats: read().chats.length, messages: messages(read()) })}</p>
                  <div class={form["footStart"]}><Button variant="primary" onClick={() => void bring(read())}>{t("settings.imports.start")}</Button></div>
                </>
              )}</Show>
              <Show when={only(state(), "busy")}>{(now) => <p><progress max={now().all} value={now().done} aria-label={t("settings.imports.progress", { done: now().done, all: now().all })} /> {t("settings.imports.progress", { done: now().done, all: now().all })}</p>}</Show>
              <Show when={only(state(), "over")}>{(now) => (
                <>
                  <Show when={now().problem}>{(sentence) => <p class={form["wrong"]}>{t("settings.imports.stopped", { detail: sentence() })}</p>}</Show>
                  <p>{now().added === 0 && now().problem === null ? t("settings.imports.known") : t("settings.imports.done", { count: now().added })}</p>
                  <Show when={now().problem} fallback={<p><a href="/?tab=closed&channel=google">{t("settings.imports.see")}</a></p>}>
                    <div class={form["footStart"]}><Button onClick={() => void bring(read())}>{t("settings.imports.again")}</Button></div>
                  </Show>
                </>
              )}</Show>
              <Show when={read().broken.length > 0}><LeftOut broken={read().broken} /></Show>
            </>
          )}</Show>
        </div>
      </Section>
    </Page>
  );
}

const only = <K extends State["kind"]>(state: State, kind: K): Extract<State, { kind: K }> | null => (state.kind === kind ? state as Extract<State, { kind: K }> : null);

function LeftOut(props: { broken: readonly Broken[] }) {
  return (
    <>
      <p>{t("settings.imports.broken", { count: props.broken.length })}</p>
      <ul class={styles["broken"]}>
        <For each={props.broken.slice(0, BROKEN_SHOWN)}>{({ place, why }) => <li>{t("settings.imports.place", { place })}: {t(`settings.imports.why.${why}`)}</li>}</For>
        <Show when={props.broken.length > BROKEN_SHOWN}><li>…</li></Show>
      </ul>
    </>
  );
}
