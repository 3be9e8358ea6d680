import { Check } from "lucide-solid";
import { useNavigate } from "@solidjs/router";
import { createSignal, onCleanup, Show, type JSX } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { api, ApiProblem } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { Input } from "../../../ui/input";
import { Spinner } from "../../../ui/spinner";
import { CopyField } from "../copy-field";
import { missing } from "../refusal";
import { createSaving } from "../saving";
import { addressWords } from "./addresses";
import { CHANNELS } from "./places";
import { ProviderFields } from "./provider-fields";
import { hasSnippet, hasWebhook, isTestable, snippetOf, storedValues, type Provider } from "./providers";
import { Side } from "./side";
import { TestMessage } from "./test-message";
import { Verify } from "./verify";
import { startOf, tokenIn } from "./verify-token";
import form from "../settings.module.css";
import styles from "./channels.module.css";

/** How often we look whether the provider has called. */
const LISTEN_MS = 4_000;

/** Connects an address: paste what the provider shows, give the provider our address, check that both meet. */
export function Connect(props: { provider: Provider; onConnected: (connection: ConnectionView) => void; onClose: () => void }) {
  const navigate = useNavigate();
  const [made, setMade] = createSignal<ConnectionView | null>(null);
  // Has to be carried over to the provider, and never comes back from the server: kept for as long as this guide is open.
  const [token, setToken] = createSignal<string | null>(null);

  function connected(connection: ConnectionView, verifyToken: string | null) {
    setToken(verifyToken);
    setMade(connection);
    props.onConnected(connection);
  }

  return (
    <Side kind={props.provider.kind} title={t("settings.connect.title", { name: props.provider.title })} onClose={props.onClose}>
      <ol class={styles["guide"]}>
        <Step number={1} state={made() ? "done" : "now"} title={t("settings.connect.paste")}>
          <Show when={made()} fallback={<Draft provider={props.provider} onConnected={connected} />}>{(connection) => <p class={form["hint"]}>{connection().name} · {connection().address}</p>}</Show>
        </Step>
        <Step number={2} state={made() ? "now" : "later"} title={t("settings.connect.place")}><Show when={made()}>{(connection) => <Place connection={connection()} verifyToken={token()} />}</Show></Step>
        <Step number={3} state={made() ? "now" : "later"} title={t("settings.connect.check")}>
          <Show when={made()}>{(connection) => (
            <>
              <p class={form["hint"]}>{t("settings.connect.try")}</p>
              <Show when={hasWebhook(connection())}><Verify connection={connection()} saved={1} /></Show>
            </>
          )}</Show>
        </Step>
        <Show when={!made() || isTestable(made()!)}>
          <Step number={4} state={made() ? "now" : "later"} title={t("settings.connect.test")}>
            <Show when={made()}>{(connection) => <TestMessage connection={connection()} />}</Show>
          </Step>
        </Show>
      </ol>
      <Show when={made()}>{(connection) => <footer class={styles["sideFoot"]}><Button variant="primary" onClick={() => navigate(`${CHANNELS}/${connection().id}`, { replace: true })}>{t("settings.connect.done")}</Button></footer>}</Show>
    </Side>
  );
}

function Step(props: { number: number; state: "done" | "now" | "later"; title: string; children?: JSX.Element }) {
  return (
    <li class={styles["step"]} data-state={props.state} aria-current={props.state === "now" ? "step" : undefined}>
      <span class={styles["number"]} aria-hidden="true"><Show when={props.state === "done"} fallback={props.number}><Check size={14} /></Show></span>
      <div><h3>{props.title}</h3>{props.children}</div>
    </li>
  );
}

function Draft(props: { provider: Provider; onConnected: (connection: ConnectionView, verifyToken: string | null) => void }) {
  const { fields, kind, provider } = props.provider;
  const words = addressWords(kind);
  const addressIn = fields.some(({ key }) => key === words.is) ? words.is! : "address";
  const [values, setValues] = createSignal<Record<string, string>>({ name: "", address: "", ...storedValues(fields, {}), ...startOf(fields) });
  const labels = { name: t("settings.channels.name"), ...(addressIn === "address" && { address: t(words.label) }), ...Object.fromEntries(fields.map(({ key, label }) => [key, label])) };
  const { refusal, busy, save } = createSaving({ labels });
  const needed = Object.fromEntries(Object.entries(labels).filter(([key]) => !fields.some((field) => field.key === key && field.optional)));
  const set = (key: string, value: string) => setValues({ ...values(), [key]: value });

  async function send(): Promise<void> {
    const { name = "", address: _, ...settings } = values();
    const address = values()[addressIn] ?? "";
    const given = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value.trim()]).filter(([, value]) => value !== ""));
    const connection = await api.post<ConnectionView>("/api/v1/connections", { provider, name: name.trim(), address: address.trim(), settings: given });
    // Nothing keeps what was typed: from here on the secrets are the server's.
    const token = tokenIn(values());
    setValues({});
    props.onConnected(connection, token);
  }

  return (
    <form class={form["form"]} noValidate onSubmit={(event) => void save(event, send, () => missing(values(), needed))}>
      <Input label={labels.name} name="name" value={values()["name"] ?? ""} onInput={(value) => set("name", value)} error={refusal().fields["name"]} hint={t("settings.channels.nameHint")} autofocus />
      <Show when={addressIn === "address"}><Input label={t(words.label)} name="address" value={values()["address"] ?? ""} onInput={(value) => set("address", value)} error={refusal().fields["address"]} hint={t(words.hint)} /></Show>
      <ProviderFields fields={fields} values={values()} onInput={set} refusal={refusal()} />
      <Show when={refusal().sentence}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
      <div class={form["footStart"]}><Button variant="primary" type="submit" loading={busy()}>{t("settings.connect.save")}</Button></div>
    </form>
  );
}

/** What has to be put where: the webhook address at the provider, or the script in the page. `verifyToken` while it is still known. */
export function Place(props: { connection: ConnectionView; verifyToken?: string | null }) {
  return (
    <div class={form["form"]}>
      <Show when={hasSnippet(props.connection)}><CopyField label={t("settings.channels.snippet")} value={snippetOf(props.connection)} hint={t("settings.channels.snippetHint")} lines={3} /></Show>
      <Show when={hasWebhook(props.connection)}>
        <CopyField label={t("settings.channels.webhook")} value={props.connection.webhookUrl} hint={t("settings.channels.webhookHint")} lines={2} />
        <Show when={props.verifyToken}>{(token) => <CopyField label={t("settings.channels.verifyToken")} value={token()} hint={t("settings.channels.verifyTokenHint")} />}</Show>
        <Show when={props.connection.health.lastInboundAt === null}><Listening connection={props.connection} /></Show>
      </Show>
      <Show when={!hasSnippet(props.connection) && !hasWebhook(props.connection)}><p class={form["hint"]}>{t("settings.channels.noWebhook")}</p></Show>
    </div>
  );
}

/** Looks until the provider has called once. */
function Listening(props: { connection: ConnectionView }) {
  const { id } = props.connection;
  const [heard, setHeard] = createSignal(false);
  const timer = setInterval(() => void look(), LISTEN_MS);
  onCleanup(() => clearInterval(timer));
  async function look() {
    if (document.hidden) return;
    try {
      const { health } = await api.get<ConnectionView>(`/api/v1/connections/${id}`);
      if (health.lastInboundAt === null) return;
      setHeard(true);
      clearInterval(timer);
    } catch (error) {
      // The next look may find the network again.
      if (!(error instanceof ApiProblem)) throw error;
    }
  }
  return (
    <p class={styles["listening"]} role="status">
      <Show when={heard()} fallback={<><Spinner size={14} />{t("settings.connect.listening")}</>}><span class={styles["good"]}><Check size={14} aria-hidden="true" /></span>{t("settings.connect.heard")}</Show>
    </p>
  );
}
