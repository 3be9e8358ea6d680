import { ArrowLeft, RefreshCw, ScrollText } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { WebhookLine } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { t, type MessageKey } from "../../../lib/i18n";
import { createTask } from "../../../lib/task";
import { Button } from "../../../ui/button";
import { Chip } from "../../../ui/chip";
import { EmptyState } from "../../../ui/empty-state";
import { Skeleton } from "../../../ui/skeleton";
import { Time } from "../../../ui/time";
import { toast } from "../../../ui/toast";
import { conversationHref } from "../../route";
import { createList } from "../list-store";
import { Page, Rows } from "../page";
import { sentenceOf } from "../refusal";
import { CHANNELS } from "./places";
import form from "../settings.module.css";
import styles from "./channels.module.css";

interface RawWebhook { method: string; url: string; headers: Record<string, string>; body: string }

const TONE: Partial<Record<WebhookLine["outcome"], "green" | "amber" | "red">> = { stored: "green", queued: "amber", refused: "red", failed: "red" };

/** Where it became or touched an entry, `detail` is that entry's id. */
const isStored = ({ outcome, conversationId, detail }: WebhookLine): boolean => (outcome === "stored" || outcome === "repeated") && conversationId !== null && detail !== null;
/** They change an entry that is there already, and the request kept with that one is another. */
const REPORTS = new Set(["status", "receipt", "reaction", "edit", "delete"]);
/** Only what made an entry is kept as it came. */
const isKept = (line: WebhookLine): boolean => isStored(line) && line.events.some((event) => !REPORTS.has(event));

/** What channels find in requests, in words; what has none yet is shown as it is. */
const EVENTS: Readonly<Record<string, MessageKey>> = {
  message: "settings.event.message", echo: "settings.event.echo", status: "settings.event.status", receipt: "settings.event.receipt", reaction: "settings.event.reaction", edit: "settings.event.edit", delete: "settings.event.delete",
  activity: "settings.event.activity", identity: "settings.event.identity", consent: "settings.event.consent", complaint: "settings.event.complaint", template: "settings.event.template", notice: "settings.event.notice", other: "settings.event.other",
};
const eventName = (event: string): string => { const key = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined; return key ? t(key) : event; };

/** Each kind once, with how often where a request held many. */
function eventsOf(events: readonly string[]): string {
  const counted = new Map<string, number>();
  for (const event of events) counted.set(event, (counted.get(event) ?? 0) + 1);
  return [...counted].map(([event, count]) => (count > 1 ? t("settings.event.times", { event: eventName(event), count }) : eventName(event))).join(", ");
}

/** What a provider sent lately: what it held, what became of it, the request itself, and a second try. */
export function WebhookLog(props: { connectionId: string; name: string }) {
  const lines = createList<WebhookLine>(`/api/v1/connections/${props.connectionId}/webhooks`);
  return (
    <>
      <a class={styles["logBack"]} href={`${CHANNELS}/${props.connectionId}`}><ArrowLeft size={14} aria-hidden="true" />{props.name || t("settings.channels")}</a>
      <Page title={t("settings.log")} lede={t("settings.log.lede")} action={<Button icon={RefreshCw} onClick={() => void lines.reload()}>{t("settings.log.again")}</Button>}>
        <Rows items={lines.items()} problem={lines.problem()} onRetry={() => void lines.reload()} empty={<EmptyState icon={ScrollText} title={t("settings.log.none")} text={t("settings.log.noneText")} />}>
          {() => <ul class={form["rows"]}><For each={lines.items()}>{(line) => <Line connectionId={props.connectionId} line={line} />}</For></ul>}
        </Rows>
      </Page>
    </>
  );
}

function Line(props: { connectionId: string; line: WebhookLine }) {
  const path = () => `/api/v1/connections/${props.connectionId}/webhooks/${props.line.id}`;
  const [isOpen, setOpen] = createSignal(false);
  const [raw, setRaw] = createSignal<RawWebhook | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const { isBusy, run } = createTask((refused) => toast({ text: sentenceOf(refused), kind: "error" }));

  async function show() {
    setOpen(!isOpen());
    if (!isOpen() || raw()) return;
    setProblem(null);
    try {
      setRaw(await api.get<RawWebhook>(path()));
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  const replay = () => run(async () => {
    const { entries } = await api.post<{ entries: { id: string; repeated: boolean }[] }>(`${path()}/replay`);
    const added = entries.filter(({ repeated }) => !repeated).length;
    toast({ text: added > 0 ? t("settings.log.added", { count: added }) : t("settings.log.repeated") });
  });

  return (
    <li class={styles["log"]}>
      <div class={styles["logRow"]}>
        <Chip tone={TONE[props.line.outcome]}>{t(`settings.outcome.${props.line.outcome}`)}</Chip>
        <span class={styles["what"]}>
          <b>{eventsOf(props.line.events) || t("settings.log.nothing")}</b>
          <small><Time at={props.line.at} format="words" /><Show when={!isStored(props.line) && props.line.detail}>{(detail) => <> · {detail()}</>}</Show></small>
        </span>
        <Show when={props.line.conversationId}>{(id) => <a class={form["link"]} href={conversationHref(id(), isStored(props.line) ? props.line.detail ?? undefined : undefined)}>{t("settings.log.conversation")}</a>}</Show>
        <Show when={isKept(props.line)}>
          <button type="button" class={styles["disclose"]} aria-expanded={isOpen()} onClick={() => void show()}>{t("settings.log.request")}</button>
          <Button size="s" loading={isBusy()} onClick={() => void replay()}>{t("settings.log.replay")}</Button>
        </Show>
      </div>
      <Show when={isOpen()}>
        <Show when={raw()} fallback={<Show when={problem()} fallback={<div class={styles["raw"]} role="status" aria-label={t("settings.loading")}><Skeleton width="60%" height="12px" /></div>}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>}>
          {(request) => <pre class={styles["raw"]} tabIndex={0} aria-label={t("settings.log.request")}>{asText(request())}</pre>}
        </Show>
      </Show>
    </li>
  );
}

/** The request as it went over the wire; JSON bodies are indented. */
const asText = ({ method, url, headers, body }: RawWebhook): string =>
  [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", indented(body)].join("\n");

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
