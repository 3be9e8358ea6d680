import { Clock, Moon } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Entry } from "../../../worker/contract/entry";
import { api } from "../../lib/api";
import { clock, exactTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { createTask } from "../../lib/task";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { TextArea } from "../../ui/text-area";
import { sayRefused } from "../say-refused";
import { mayChange } from "../settings/rights";
import { useEntryContext } from "./entry-context";
import styles from "./waiting-card.module.css";

/** Stands under a message that has not left: when it goes, why it waits, and what can still be done. */
export function WaitingCard(props: { entry: Entry; dueAt: string }) {
  const { conversationId, merge, at } = useEntryContext();
  const [opened, setOpened] = createSignal<"change" | "now" | null>(null);
  const { isBusy, run } = createTask(sayRefused);
  const held = () => props.entry.held ?? null;
  const path = () => `/api/v1/conversations/${encodeURIComponent(conversationId)}/messages/${encodeURIComponent(props.entry.id)}`;
  // What quiet hours hold back only those may send who decide over them.
  const maySend = () => held() === null || mayChange();

  const ask = (send: () => Promise<Entry>): Promise<void> => run(async () => {
    merge([await send()]);
    setOpened(null);
  });
  const sendNow = () => ask(() => api.post<Entry>(`${path()}/send-now`));

  return (
    <div class={styles["card"]} data-held={held() !== null} data-earlier={at() === null}>
      <p class={styles["when"]}><Dynamic component={held() ? Moon : Clock} size={14} aria-hidden="true" /><span title={exactTime(props.dueAt)}>{t(held() ? "sending.held" : "sending.waits", { time: clock(new Date(props.dueAt)) })}</span></p>
      <Show when={held()}>{(why) => <p class={styles["why"]}>{why().sentence}<Show when={!maySend()}> {t("sending.now.admins")}</Show></p>}</Show>
      <p class={styles["acts"]}>
        <Show when={maySend()}><button type="button" disabled={isBusy()} onClick={() => (held() ? setOpened("now") : void sendNow())}>{t("sending.now")}</button></Show>
        <button type="button" disabled={isBusy()} onClick={() => setOpened("change")}>{t("sending.change")}</button>
        <button type="button" disabled={isBusy()} onClick={() => void ask(() => api.post<Entry>(`${path()}/cancel`))}>{t("sending.cancel")}</button>
      </p>
      <Dialog open={opened() === "now"} onOpenChange={(open) => { if (!open) setOpened(null); }} title={t("sending.now.title")}>
        <div class={styles["form"]}>
          <p>{held()?.sentence}</p>
          <p>{t("sending.now.warning")}</p>
          <div class={styles["foot"]}>
            <Button onClick={() => setOpened(null)}>{t("ui.cancel")}</Button>
            <Button variant="primary" loading={isBusy()} onClick={() => void sendNow()}>{t("sending.now.confirm")}</Button>
          </div>
        </div>
      </Dialog>
      <Dialog open={opened() === "change"} onOpenChange={(open) => { if (!open) setOpened(null); }} title={t("sending.change.title")}>
        <ChangeForm entry={props.entry} dueAt={props.dueAt} path={path()} onDone={(entry) => { merge([entry]); setOpened(null); }} onCancel={() => setOpened(null)} />
      </Dialog>
    </div>
  );
}

/** Local wall time as the control takes it, to the minute. */
const wallOf = (iso: string): string => {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** What was written otherwise than as plain words cannot be put into a plain field and back. */
const isPlain = ({ email, content }: Entry): boolean => !email?.hasHtml && !content;

function ChangeForm(props: { entry: Entry; dueAt: string; path: string; onDone: (entry: Entry) => void; onCancel: () => void }) {
  const [text, setText] = createSignal(props.entry.text);
  const [when, setWhen] = createSignal(wallOf(props.dueAt));
  const [problem, setProblem] = createSignal<string | null>(null);
  const { isBusy, run } = createTask(({ detail }) => setProblem(detail));

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const sendAt = new Date(when());
    if (Number.isNaN(sendAt.getTime())) return;
    const change = { ...(isPlain(props.entry) && text().trim() !== props.entry.text && { text: text().trim() }), ...(when() !== wallOf(props.dueAt) && { sendAt: sendAt.toISOString() }) };
    if (Object.keys(change).length === 0) return props.onCancel();
    await run(async () => props.onDone(await api.patch<Entry>(props.path, change)));
  }

  return (
    <form class={styles["form"]} onSubmit={(event) => void save(event)}>
      <Show when={isPlain(props.entry)} fallback={<p>{t("sending.change.textFixed")}</p>}>
        <TextArea label={t("sending.change.text")} rows={4} value={text()} onInput={setText} />
      </Show>
      <Input label={t("sending.change.at")} type="datetime-local" value={when()} onInput={setWhen} required />
      <Show when={problem()}>{(sentence) => <p role="alert" class={styles["wrong"]}>{sentence()}</p>}</Show>
      <div class={styles["foot"]}>
        <Button onClick={() => props.onCancel()}>{t("ui.cancel")}</Button>
        <Button type="submit" variant="primary" loading={isBusy()} disabled={isPlain(props.entry) && text().trim() === ""}>{t("sending.change.save")}</Button>
      </div>
    </form>
  );
}
