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
import { mayChange } from "../../rights";
import { createSaving } from "../../saving";
import type { ConnectionActions } from "../channels";
import { Place } from "../connect";
import { CHANNELS } from "../places";
import { Asking } from "./asking";
import { Greetings } from "./greetings";
import { Hours } from "./hours";
import { Languages } from "./languages";
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
  const [chosen, setLanguage] = createSignal<string | null>(null);
  // One that was taken away meanwhile is shown no more.
  const language = () => (chosen() !== null && Object.hasOwn(values.languages, chosen()!) ? chosen() : null);
  const isChanged = () => JSON.stringify(settingsOf(values)) !== JSON.stringify(settingsOf(before()));
  const labels = { origins: t("chat.origins"), greeting: t("chat.greeting"), colour: t("chat.colour"), awayMessage: t("chat.away"), consentText: t("chat.consent"), emailAfterMinutes: t("chat.emailAfter"), logo: t("chat.logo"), timeZone: t("settings.general.timeZone") };
  const saving = createSaving({ labels, others: { greetings: t("chat.greetings"), text: t("chat.greetings"), languages: t("chat.languages"), officeHours: t("chat.hours"), from: t("chat.hours"), to: t("chat.hours") } });

  // The picture lies behind an address that only the server can sign.
  async function readLogo(): Promise<void> {
    const response = await fetch(`/widget/config/${props.connection().id}`);
    if (response.ok) setLogo((await response.json() as WidgetConfig).logo);
  }
  if (values.logo) void readLogo().catch(() => setLogo(null));

  function show(next: ChatValues) {
    setValues(reconcile(structuredClone(next)));
    saving.forgive();
  }
  async function send(): Promise<void> {
    await props.save(props.connection(), { settings: settingsOf(unwrap(values)) });
    setBefore(stored());
    show(before());
    toast({ text: t("settings.saved") });
  }
  const part = (): PartProps => ({ values, set: (key, value) => setValues(key, reconcile(value) as never), wrong: saving.refusal().fields, locked: !mayChange() });

  return (
    <>
      <a class={channels["logBack"]} href={`${CHANNELS}/${props.connection().id}`}><ArrowLeft size={14} aria-hidden="true" />{props.connection().name}</a>
      <div class={styles["two"]}>
        <Page title={t("chat.title")} lede={t("chat.lede")} admins>
          <form noValidate onSubmit={(event) => void saving.save(event, send)}>
            <Look {...part()} setLogo={setLogo} />
            <Greetings {...part()} />
            <Hours {...part()} />
            <Asking {...part()} />
            <Languages {...part()} />
            <Manners {...part()} />
            <Show when={mayChange()}>
              <div class={styles["foot"]}>
                <Show when={saving.refusal().sentence}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
                <div class={form["footStart"]}>
                  <Button variant="primary" type="submit" loading={saving.busy()} disabled={!isChanged()}>{t("settings.save")}</Button>
                  <Show when={isChanged() && !saving.busy()}><Button variant="ghost" onClick={() => show(before())}>{t("settings.discard")}</Button></Show>
                </div>
              </div>
            </Show>
          </form>
          <Section title={t("settings.connect.place")}>
            <Place connection={props.connection()} />
            <a class={`${form["link"]} ${styles["docs"]}`} href="/api/docs/widget" target="_blank" rel="noopener"><BookOpen size={14} aria-hidden="true" />{t("chat.docs")}</a>
          </Section>
        </Page>
        <Preview
          config={configOf(values, props.connection().name, logo(), true, language())} connectionId={props.connection().id}
          languages={Object.keys(values.languages)} language={language()} onLanguage={setLanguage}
        />
      </div>
    </>
  );
}
