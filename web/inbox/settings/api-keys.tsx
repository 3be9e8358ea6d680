import { KeyRound } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import { type ApiKey, Scope } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { Chip } from "../../ui/chip";
import { Dialog } from "../../ui/dialog";
import { EmptyState } from "../../ui/empty-state";
import { Input } from "../../ui/input";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { Confirm } from "./confirm";
import { createList } from "./list-store";
import { Once, type Secret } from "./once";
import { Page, Rows } from "./page";
import { missing } from "./refusal";
import { mayChange } from "./rights";
import { createSaving } from "./saving";
import styles from "./settings.module.css";

/** Keys for programs. */
export function ApiKeys() {
  const keys = createList<ApiKey>("/api/v1/api-keys");
  const [creating, setCreating] = createSignal(false);
  const [revoking, setRevoking] = createSignal<ApiKey | null>(null);
  const [secret, setSecret] = createSignal<Secret | null>(null);

  function created({ key, ...made }: ApiKey) {
    keys.add({ ...made, key: null });
    setCreating(false);
    if (key !== null) setSecret({ title: t("settings.keys.made", { name: made.name }), text: t("settings.keys.madeText"), label: t("settings.keys.key"), value: key });
  }
  async function revoke({ id, name }: ApiKey) {
    await api.delete(`/api/v1/api-keys/${id}`);
    keys.drop(id);
    toast({ text: t("settings.keys.revoked", { name }) });
  }

  return (
    <Page title={t("settings.apiKeys")} lede={t("settings.keys.lede")} action={<Show when={mayChange()}><Button variant="primary" icon={KeyRound} onClick={() => setCreating(true)}>{t("settings.keys.new")}</Button></Show>} admins>
      <p class={styles["under"]}><a class={styles["link"]} href="/api/docs" target="_blank" rel="noopener">{t("settings.keys.docs")}</a></p>
      <Rows items={keys.items()} problem={keys.problem()} onRetry={() => void keys.reload()} empty={<EmptyState icon={KeyRound} title={t("settings.keys.none")} text={t("settings.keys.noneText")} />}>
        {(items) => (
          <ul class={styles["rows"]}>
            <For each={[...items].sort((one, other) => other.createdAt.localeCompare(one.createdAt))}>{(key) => (
              <li class={styles["row"]}>
                <span class={styles["glyph"]}><KeyRound size={18} aria-hidden="true" /></span>
                <span class={styles["two"]}>
                  <b>{key.name}</b>
                  <small><code>{key.hint}…</code> · {t("settings.keys.since")} <Time at={key.createdAt} /> · <Show when={key.lastUsedAt} fallback={t("settings.keys.unused")}>{(at) => <>{t("settings.keys.used")} <Time at={at()} /></>}</Show></small>
                </span>
                <span class={styles["chips"]}><For each={key.scopes}>{(scope) => <Chip>{t(`settings.scope.${scope}`)}</Chip>}</For></span>
                <Button variant="ghost" size="s" onClick={() => setRevoking(key)}>{t("settings.keys.revoke")}</Button>
              </li>
            )}</For>
          </ul>
        )}
      </Rows>
      <CreateKey open={creating()} onOpenChange={setCreating} onCreated={created} />
      <Once secret={secret()} onClose={() => setSecret(null)} />
      <Confirm open={revoking() !== null} onOpenChange={() => setRevoking(null)} title={t("settings.keys.revokeTitle", { name: revoking()?.name ?? "" })} text={t("settings.keys.revokeText")} action={t("settings.keys.revoke")} onConfirm={() => revoke(revoking()!)} />
    </Page>
  );
}

function CreateKey(props: { open: boolean; onOpenChange: (open: boolean) => void; onCreated: (key: ApiKey) => void }) {
  const [name, setName] = createSignal("");
  const [scopes, setScopes] = createSignal<readonly Scope[]>(["read"]);
  const labels = { name: t("settings.keys.name"), scopes: t("settings.keys.scopes") };
  const saving = createSaving({ labels });

  async function create(): Promise<void> {
    const key = await api.post<ApiKey>("/api/v1/api-keys", { name: name().trim(), scopes: scopes() });
    setName("");
    setScopes(["read"]);
    props.onCreated(key);
  }

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("settings.keys.new")} description={t("settings.keys.newText")}>
      <form class={styles["form"]} noValidate onSubmit={(event) => void saving.save(event, create, () => missing({ name: name(), scopes: scopes().join(" ") }, labels))}>
        <Input label={labels.name} name="name" value={name()} onInput={setName} error={saving.refusal().fields["name"]} placeholder={t("settings.keys.namePlaceholder")} autofocus />
        <fieldset class={styles["choices"]}>
          <legend>{labels.scopes}</legend>
          <For each={Scope.options}>{(scope) => (
<Checkbox label={t(`settings.scope.${scope}`)} hint={t(`settings.scope.${scope}Hint`)} checked={scopes().includes(scope)} onChange={(on) => setScopes(Scope.options.filter((one) => (one === scope ? on : scopes().includes(one))))} />
          )}</For>
          <Show when={saving.refusal().fields["scopes"]}>{(sentence) => <span class={styles["fieldError"]} role="alert">{sentence()}</span>}</Show>
        </fieldset>
        <Show when={saving.refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("settings.cancel")}</Button>
          <Button variant="primary" type="submit" loading={saving.busy()}>{t("settings.keys.create")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
