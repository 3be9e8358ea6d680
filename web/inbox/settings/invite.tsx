import { createSignal, Show } from "solid-js";
import { type Invitation, Role } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { Select } from "../../ui/select";
import { missing } from "./refusal";
import { isOwner } from "./rights";
import { createSaving } from "./saving";
import styles from "./settings.module.css";

/** Asks whom to invite, and as what. The link comes back once, with the answer. */
export function Invite(props: { open: boolean; onOpenChange: (open: boolean) => void; onInvited: (invitation: Invitation) => void }) {
  const [email, setEmail] = createSignal("");
  const [name, setName] = createSignal("");
  const [role, setRole] = createSignal<Role>("agent");
  const labels = { email: t("settings.email") };
  const fields = { ...labels, name: t("settings.invite.name") };
  const saving = createSaving({ labels: fields });
  const roles = () => Role.options.filter((value) => value !== "owner" || isOwner()).map((value) => ({ value, label: t(`settings.role.${value}`), hint: t(`settings.role.${value}Hint`) }));

  async function invite(): Promise<void> {
    const invitation = await api.post<Invitation>("/api/v1/invitations", { email: email().trim(), role: role(), ...(name().trim() && { name: name().trim() }) });
    for (const clear of [setEmail, setName]) clear("");
    props.onInvited(invitation);
  }

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("settings.invite.title")} description={t("settings.invite.text")}>
      <form class={styles["form"]} noValidate onSubmit={(event) => void saving.save(event, invite, () => missing({ email: email() }, labels))}>
        <Input label={fields.email} name="email" type="email" value={email()} onInput={setEmail} error={saving.refusal().fields["email"]} autofocus />
        <Input label={t("settings.optional", { field: fields.name })} name="name" value={name()} onInput={setName} error={saving.refusal().fields["name"]} />
        <Select label={t("settings.invite.role")} value={role()} onChange={setRole} options={roles()} />
        <Show when={saving.refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("settings.cancel")}</Button>
          <Button variant="primary" type="submit" loading={saving.busy()}>{t("settings.invite.make")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
