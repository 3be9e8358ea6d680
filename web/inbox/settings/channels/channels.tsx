import { useLocation, useNavigate } from "@solidjs/router";
import { Plug } from "lucide-solid";
import { createMemo, createSignal, For, lazy, Match, Show, Switch } from "solid-js";
import type { ConnectionPatch, ConnectionView } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { connections as known, refresh } from "../../../lib/me";
import { Button } from "../../../ui/button";
import { ChannelIcon } from "../../../ui/channel-icon";
import { EmptyState } from "../../../ui/empty-state";
import { toast } from "../../../ui/toast";
import { Confirm } from "../confirm";
import { createList } from "../list-store";
import { Page, Rows, Section } from "../page";
import { Rename } from "../rename";
import { mayChange } from "../rights";
import { ChannelCard } from "./channel-card";
import { Connect } from "./connect";
import { ConnectionPanel } from "./connection-panel";
import { CHANNELS } from "./places";
import { createProviders, hasSnippet } from "./providers";
import { WebhookLog } from "./webhook-log";
import styles from "./channels.module.css";

const ChatPage = lazy(async () => ({ default: (await import("./chat/chat-page")).ChatPage }));

/** What can be done to one connection, wherever it is shown. */
export interface ConnectionActions {
  rename: (connection: ConnectionView) => void;
  remove: (connection: ConnectionView) => void;
  switchTo: (connection: ConnectionView, status: ConnectionView["status"]) => void;
  /** Throws what the server refused. */
  save: (connection: ConnectionView, patch: ConnectionPatch) => Promise<void>;
}

/** Each connected address: `/settings/channels`, one beside it at `/{id}`, a new one at `/new/{provider}`, its log at `/{id}/log`, the look of a chat at `/{id}/widget`. */
export function Channels() {
  const location = useLocation();
  const navigate = useNavigate();
  const connections = createList<ConnectionView>("/api/v1/connections", known);
  const providers = createProviders();
  const [renaming, setRenaming] = createSignal<ConnectionView | null>(null);
  const [deleting, setDeleting] = createSignal<ConnectionView | null>(null);
  const place = createMemo(() => location.pathname.slice(CHANNELS.length).split("/").slice(1).map(decodeURIComponent));
  const adding = () => (place()[0] === "new" && mayChange() ? providers.of(place()[1] ?? "") : undefined);
  const chosen = () => connections.items()?.find(({ id }) => id === place()[0]);
  const isLog = () => place()[1] === "log" && place()[0] !== "new";
  const chat = () => { const known = chosen(); return place()[1] === "widget" && known && hasSnippet(known) ? known.id : undefined; };
  const isWhole = () => isLog() || chat() !== undefined;
  const close = () => navigate(CHANNELS);

  const send = (id: string, patch: ConnectionPatch) => async () => {
    const changed = await api.patch<ConnectionView>(`/api/v1/connections/${id}`, patch);
    void refresh("connections");
    return changed;
  };
  async function switchTo({ id, name }: ConnectionView, status: ConnectionView["status"]) {
    const undo = status === "active" ? "disabled" : "active";
    if (!await connections.change(id, { status }, send(id, { status }))) return;
    toast({ text: t(status === "active" ? "settings.channels.isOn" : "settings.channels.isOff", { name }), undo: () => void connections.change(id, { status: undo }, send(id, { status: undo })) });
  }
  async function remove({ id, name }: ConnectionView) {
    await api.delete(`/api/v1/connections/${id}`);
    connections.drop(id);
    void refresh("connections");
    if (place()[0] === id) close();
    toast({ text: t("settings.channels.deleted", { name }) });
  }
  const actions: ConnectionActions = {
    rename: (connection) => setRenaming({ ...connection }),
    remove: (connection) => setDeleting({ ...connection }),
    switchTo: (connection, status) => void switchTo({ ...connection }, status),
    save: async ({ id }, patch) => connections.put(await send(id, patch)()),
  };
  function connected(connection: ConnectionView) {
    connections.add(connection);
    void refresh("connections");
  }

  return (
    <div class={styles["screen"]} classList={{ [styles["opened"]!]: !isWhole() && (chosen() !== undefined || adding() !== undefined) }}>
      <div class={styles["main"]}>
        <Show when={chat()} keyed>{(id) => <ChatPage connection={() => connections.items()!.find((one) => one.id === id)!} save={actions.save} />}</Show>
        <Show when={isLog()}><Show when={place()[0]} keyed>{(id) => <WebhookLog connectionId={id} name={chosen()?.name ?? ""} />}</Show></Show>
        <Show when={!isWhole()}>
          <Page title={t("settings.channels")} lede={t("settings.channels.lede")} admins>
            <Rows items={connections.items()} problem={connections.problem()} onRetry={() => void connections.reload()} empty={<EmptyState icon={Plug} title={t("settings.channels.none")} text={t("settings.channels.noneText")} />}>
              {() => <ul class={styles["cards"]}><For each={connections.items()}>{(connection) => <ChannelCard connection={connection} title={providers.of(connection.provider)?.title ?? connection.provider} isOpen={chosen()?.id === connection.id} actions={actions} />}</For></ul>}
            </Rows>
            <Show when={mayChange()}>
              <Section title={t("settings.channels.add")} text={providers.problem() ?? undefined}>
                <div class={styles["addable"]}>
                  <Show when={providers.problem()}><Button size="s" onClick={() => void providers.reload()}>{t("app.retry")}</Button></Show>
                  <For each={providers.all()}>{({ provider, kind, title }) => (
                    <a class={styles["add"]} href={`${CHANNELS}/new/${encodeURIComponent(provider)}`}><ChannelIcon kind={kind} />{title}<Show when={!title.includes(t(`channel.${kind}`))}><span class={styles["kind"]}>{t(`channel.${kind}`)}</span></Show></a>
                  )}</For>
                </div>
              </Section>
            </Show>
          </Page>
        </Show>
      </div>
      <Show when={!isWhole()}>
        <Switch>
          <Match when={adding()} keyed>{(provider) => <Connect provider={provider} onConnected={connected} onClose={close} />}</Match>
          <Match when={chosen()?.id} keyed>{(id) => <ConnectionPanel connection={() => connections.items()!.find((one) => one.id === id)!} provider={providers.of(chosen()!.provider)} actions={actions} onClose={close} />}</Match>
        </Switch>
      </Show>
      <Rename open={renaming() !== null} onOpenChange={() => setRenaming(null)} label={t("settings.channels.name")} value={renaming()?.name ?? ""} onRename={(name) => actions.save(renaming()!, { name })} />
      <Confirm open={deleting() !== null} onOpenChange={() => setDeleting(null)} title={t("settings.deleteTitle", { name: deleting()?.name ?? "" })} text={t("settings.channels.deleteText")} typed={deleting()?.name} action={t("settings.delete")} onConfirm={() => remove(deleting()!)} />
    </div>
  );
}
