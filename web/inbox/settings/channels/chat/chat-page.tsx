import { ArrowLeft, BookOpen } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import type { ConnectionView } from "../../../../../worker/contract/channel";
import type { WidgetConfig } from "../../../../../worker/contract/widget";
import { t } from "../../../../lib/i18n";
import { me } from "../../../../lib/me";
import { Button } from "../../../../ui/button";
import { toast } from "../../../../ui/toast";
import { Page, Section } from "../../page";
import { NO_REFUSAL, refusalOf } from "../../refusal";
import { mayChange } from "../../rights";
import type { ConnectionActions } from "../channels";
import { Place } from "../connect";
import { CHANNELS } from "../places";
import { Asking } from "./asking";
import { Greetings } from "./greetings";
import { Hours } from "./hours";
import { Look } from "./look";
import { Manners } from "./manners";
import { Preview } from "./preview";
import { configOf, readValues, settingsOf, type ChatValues } from "./values";
import form from "../../settings.module.css";
import channels from "../channels.module.css";
import styles from "./chat.module.css";

/** What a part of the screen needs: the values, a way to set one, and what was refused, by key. */
export interface PartProps { values: ChatValues; set: <K extends keyof ChatValues>(key: K, value: ChatValues[K]) => void; wrong: Readonly<Record<string, string>>; locked: boolean }

/** Everything about one chat, beside how a visitor will see it. */
export function ChatPage(props: { connection: () => ConnectionView; save: ConnectionActions["save"] }) {
  const stored = () => readValues(props.connection().settings, me()?.account.settings.timeZone ?? "UTC");
  const [before, setBefore] = createSignal(stored());
  const [values, setValues] = createStore<ChatValues>(stored());
  const [logo, setLogo] = createSignal<string | null>(null);
  const [refusal, setRefusal] = createSignal(NO_REFUSAL);
  const [busy, setBusy] = createSignal(false);
  const isChanged = () => JSON.stringify(settingsOf(values)) !== JSON.stringify(settingsOf(before()));
  const labels = { origins: t("chat.origins"), greeting: t("chat.greeting"), colour: t("chat.colour"), awayMessage: t("chat.away"), consentText: t("chat.consent"), emailAfterMinutes: t("chat.emailAfter"), logo: t("chat.logo"), timeZone: t("settings.general.timeZone") };

  // The picture lies behind an address that only the server can sign.
  async function readLogo(): Promise<void> {
    const response = await fetch(`/widget/config/${props.connection().id}`);
    if (response.ok) setLogo((await response.json() as WidgetConfig).logo);
  }
  if (values.logo) void readLogo().catch(() => setLogo(null));

  function show(next: ChatValues) {
    setValues(reconcile(structuredClone(next)));
    setRefusal(NO_REFUSAL);
  }
  async function save(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    setRefusal(NO_REFUSAL);
    try {
      await props.save(props.connection(), { settings: settingsOf(unwrap(values)) });
      setBefore(stored());
      show(before());
      toast({ text: t("settings.saved") });
    } catch (error) {
      setRefusal(refusalOf(error, labels, { greetings: t("chat.greetings"), text: t("chat.greetings"), officeHours: t("chat.hours"), from: t("chat.hours"), to: t("chat.hours") }));
    } finally {
      setBusy(false);
    }
  }
  const part = (): PartProps => ({ values, set: (key, value) => setValues(key, value as never), wrong: refusal().fields, locked: !mayChange() });

  return (
    <>
      <a class={channels["logBack"]} href={`${CHANNELS}/${props.connection().id}`}><ArrowLeft size={14} aria-hidden="true" />{props.connection().name}</a>
      <div class={styles["two"]}>
        <Page title={t("chat.title")} lede={t("chat.lede")} admins>
          <form noValidate onSubmit={(event) => void save(event)}>
            <Look {...part()} setLogo={setLogo} />
            <Greetings {...part()} />
            <Hours {...part()} />
            <Asking {...part()} />
            <Manners {...part()} />
            <Show when={mayChange()}>
              <div class={styles["foot"]}>
                <Show when={refusal().sentence}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
                <div class={form["footStart"]}>
                  <Button variant="primary" type="submit" loading={busy()} disabled={!isChanged()}>{t("settings.save")}</Button>
                  <Show when={isChanged() && !busy()}><Button variant="ghost" onClick={() => show(before())}>{t("settings.discard")}</Button></Show>
                </div>
              </div>
            </Show>
          </form>
          <Section title={t("settings.connect.place")}>
            <Place connection={props.connection()} />
            <a class={`${form["link"]} ${styles["docs"]}`} href="/api/docs/widget" target="_blank" rel="noopener"><BookOpen size={14} aria-hidden="true" />{t("chat.docs")}</a>
          </Section>
        </Page>
        <Preview config={configOf(values, props.connection().name, logo(), true)} connectionId={props.connection().id} />
      </div>
    </>
  );
}
