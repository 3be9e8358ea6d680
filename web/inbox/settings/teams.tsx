import { MoreHorizontal, PenLine, Plus, Trash2, Users } from "lucide-solid";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { Team } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { members, refresh, teams as known } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { Dialog } from "../../ui/dialog";
import { EmptyState } from "../../ui/empty-state";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { Menu } from "../../ui/menu";
import { toast } from "../../ui/toast";
import { Confirm } from "./confirm";
import { createList } from "./list-store";
import { Page, Rows } from "./page";
import { missing } from "./refusal";
import { mayChange } from "./rights";
import { createSaving } from "./saving";
import styles from "./settings.module.css";

/** How many faces stand in a row before the rest is a number. */
const FACES = 5;

/** Groups of members that conversations are assigned to. */
export function Teams() {
  const teams = createList<Team>("/api/v1/teams", known);
  const [editing, setEditing] = createSignal<Team | "new" | null>(null);
  const [deleting, setDeleting] = createSignal<Team | null>(null);
  const create = () => setEditing("new");

  function saved(team: Team) {
    if (editing() === "new") teams.add(team);
    else teams.put(team);
    setEditing(null);
    void refresh("teams");
  }
  async function remove({ id, name }: Team) {
    await api.delete(`/api/v1/teams/${id}`);
    teams.drop(id);
    void refresh("teams");
    toast({ text: t("settings.teams.deleted", { name }) });
  }

  return (
    <Page title={t("settings.teams")} lede={t("settings.teams.lede")} action={<Show when={mayChange()}><Button variant="primary" icon={Plus} onClick={create}>{t("settings.teams.new")}</Button></Show>} admins>
      <Rows items={teams.items()} problem={teams.problem()} onRetry={() => void teams.reload()} empty={<EmptyState icon={Users} title={t("settings.teams.none")} text={t("settings.teams.noneText")} action={<Show when={mayChange()}><Button onClick={create}>{t("settings.teams.new")}</Button></Show>} />}>
        {() => (
          <ul class={styles["rows"]}>
            <For each={teams.items()}>{(team) => {
              const inside = () => members().filter(({ id, disabled }) => !disabled && team.memberIds.includes(id));
              return (
                <li class={styles["row"]}>
                  <span class={styles["glyph"]}><Users size={18} aria-hidden="true" /></span>
                  <span class={styles["two"]}>
                    <b>{team.name}</b>
                    <small>{inside().length === 0 ? t("settings.teams.empty") : inside().map(({ name }) => name).join(", ")}</small>
                  </span>
                  <span class={styles["faces"]}>
                    <For each={inside().slice(0, FACES)}>{(member) => <Avatar name={member.name} kind="member" size={24} />}</For>
                    <Show when={inside().length > FACES}><small>+{inside().length - FACES}</small></Show>
                  </span>
                  <Show when={mayChange()}>
                    <span class={styles["more"]}>
                      <Menu trigger={<IconButton label={t("settings.more", { name: team.name })} icon={MoreHorizontal} />} items={[
                        { label: t("settings.teams.edit"), icon: PenLine, onSelect: () => setEditing({ ...team, memberIds: [...team.memberIds] }) },
                        "separator",
                        { label: t("settings.delete"), icon: Trash2, danger: true, onSelect: () => setDeleting({ ...team }) },
                      ]} />
                    </span>
                  </Show>
                </li>
              );
            }}</For>
          </ul>
        )}
      </Rows>
      <TeamEditor team={editing()} onClose={() => setEditing(null)} onSaved={saved} />
      <Confirm open={deleting() !== null} onOpenChange={() => setDeleting(null)} title={t("settings.deleteTitle", { name: deleting()?.name ?? "" })} text={t("settings.teams.deleteText")} action={t("settings.delete")} onConfirm={() => remove(deleting()!)} />
    </Page>
  );
}

function TeamEditor(props: { team: Team | "new" | null; onClose: () => void; onSaved: (team: Team) => void }) {
  const [name, setName] = createSignal("");
  const [chosen, setChosen] = createSignal<readonly string[]>([]);
  const labels = { name: t("settings.teams.name") };
  const saving = createSaving({ labels });
  const old = () => (props.team === "new" ? null : props.team);
  const choosable = () => members().filter(({ id, disabled }) => !disabled || chosen().includes(id));
  createEffect(on(() => props.team, (team) => {
    if (team === null) return;
    setName(old()?.name ?? "");
    setChosen(old()?.memberIds ?? []);
    saving.forgive();
  }));

  async function save(): Promise<void> {
    const draft = { name: name().trim(), memberIds: chosen() };
    const team = old();
    props.onSaved(team ? await api.patch<Team>(`/api/v1/teams/${team.id}`, draft) : await api.post<Team>("/api/v1/teams", draft));
  }

  return (
    <Dialog open={props.team !== null} onOpenChange={(open) => { if (!open) props.onClose(); }} title={old() ? t("settings.teams.editTitle", { name: old()!.name }) : t("settings.teams.new")}>
      <form class={styles["form"]} noValidate onSubmit={(event) => void saving.save(event, save, () => missing({ name: name() }, labels))}>
        <Input label={labels.name} name="name" value={name()} onInput={setName} error={saving.refusal().fields["name"]} autofocus />
        <fieldset class={styles["choices"]}>
          <legend>{t("settings.teams.members")}</legend>
          <div class={styles["choiceScroll"]}>
            <For each={choosable()}>{({ id, name, email }) => (
              <Checkbox label={name} hint={email} checked={chosen().includes(id)} onChange={(on) => setChosen(on ? [...chosen(), id] : chosen().filter((one) => one !== id))} />
            )}</For>
          </div>
        </fieldset>
        <Show when={saving.refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button variant="ghost" onClick={() => props.onClose()}>{t("settings.cancel")}</Button>
          <Button variant="primary" type="submit" loading={saving.busy()}>{old() ? t("settings.save") : t("settings.teams.create")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
