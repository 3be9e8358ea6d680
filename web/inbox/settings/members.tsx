import { Ban, KeyRound, MoreHorizontal, PenLine, RotateCcw, UserPlus } from "lucide-solid";
import { createMemo, createSignal, For, Show } from "solid-js";
import { type Invitation, type Member, type MemberPatch, type ResetLink, Role } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { me, members as known, refresh, teams } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { EmptyState } from "../../ui/empty-state";
import { IconButton } from "../../ui/icon-button";
import { Menu, type MenuItem } from "../../ui/menu";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { Confirm } from "./confirm";
import { Invitations } from "./invitations";
import { Invite } from "./invite";
import { createList, type List } from "./list-store";
import { Once, type Secret } from "./once";
import { Page, Rows } from "./page";
import { Rename } from "./rename";
import { isOwner, mayChange } from "./rights";
import styles from "./settings.module.css";

/** Who works here, what they may do, and who has been asked to come. */
export function Members() {
  const members = createList<Member>("/api/v1/members", known);
  const invitations = mayChange() ? createList<Invitation>("/api/v1/invitations") : null;
  const [inviting, setInviting] = createSignal(false);
  const [renaming, setRenaming] = createSignal<Member | null>(null);
  const [disabling, setDisabling] = createSignal<Member | null>(null);
  const [resetting, setResetting] = createSignal<Member | null>(null);
  const [secret, setSecret] = createSignal<Secret | null>(null);

  const send = (id: string, patch: MemberPatch) => async () => {
    const changed = await api.patch<Member>(`/api/v1/members/${id}`, patch);
    void refresh("members");
    return changed;
  };
  const change = (member: Member, patch: MemberPatch) => members.change(member.id, patch, send(member.id, patch));

  async function setRole(member: Member, role: Role) {
    const before = member.role;
    if (role === before || !await change(member, { role })) return;
    toast({ text: t("settings.members.roleChanged", { name: member.name, role: t(`settings.role.${role}`) }), undo: () => void change(member, { role: before }) });
  }
  async function disable(member: Member) {
    members.put(await send(member.id, { disabled: true })());
    toast({ text: t("settings.members.isDisabled", { name: member.name }), undo: () => void change(member, { disabled: false }) });
  }
  async function resetLink(member: Member) {
    const { url } = await api.post<ResetLink>(`/api/v1/members/${member.id}/reset-link`);
    setSecret({ title: t("settings.members.resetMade", { name: member.name }), text: t("settings.members.resetMadeText"), label: t("settings.members.resetLabel"), value: url });
  }
  function invited({ url, ...invitation }: Invitation) {
    invitations?.add({ ...invitation, url: null });
    setInviting(false);
    if (url !== null) setSecret({ title: t("settings.invite.made", { email: invitation.email }), text: t("settings.invite.madeText"), label: t("settings.invite.link"), value: url });
  }

  const menu = (member: Member): MenuItem[] => [
    { label: t("settings.rename"), icon: PenLine, onSelect: () => setRenaming({ ...member }) },
    { label: t("settings.members.reset"), icon: KeyRound, onSelect: () => setResetting({ ...member }) },
    "separator",
    member.disabled
      ? { label: t("settings.members.enable"), icon: RotateCcw, onSelect: () => void change(member, { disabled: false }) }
      : { label: t("settings.members.disable"), icon: Ban, danger: true, onSelect: () => setDisabling({ ...member }) },
  ];

  return (
    <Page title={t("settings.members")} lede={t("settings.members.lede")} action={<Show when={mayChange()}><Button variant="primary" icon={UserPlus} onClick={() => setInviting(true)}>{t("settings.invite")}</Button></Show>} admins>
      <Rows items={members.items()} problem={members.problem()} onRetry={() => void members.reload()} empty={<EmptyState icon={UserPlus} title={t("settings.members.none")} />}>
        {() => <MemberRows members={members} menu={menu} onRole={(member, role) => void setRole(member, role)} />}
      </Rows>
      <Show when={invitations}>{(list) => <Invitations list={list()} />}</Show>
      <Invite open={inviting()} onOpenChange={setInviting} onInvited={invited} />
      <Rename open={renaming() !== null} onOpenChange={() => setRenaming(null)} label={t("settings.profile.name")} value={renaming()?.name ?? ""} onRename={async (name) => { members.put(await send(renaming()!.id, { name })()); }} />
      <Confirm open={disabling() !== null} onOpenChange={() => setDisabling(null)} title={t("settings.members.disableTitle", { name: disabling()?.name ?? "" })} text={t("settings.members.disableText")} action={t("settings.members.disable")} onConfirm={() => disable(disabling()!)} />
      <Confirm open={resetting() !== null} onOpenChange={() => setResetting(null)} title={t("settings.members.resetTitle", { name: resetting()?.name ?? "" })} text={t("settings.members.resetText")} action={t("settings.members.reset")} onConfirm={() => resetLink(resetting()!)} />
      <Once secret={secret()} onClose={() => setSecret(null)} />
    </Page>
  );
}

function MemberRows(props: { members: List<Member>; menu: (member: Member) => MenuItem[]; onRole: (member: Member, role: Role) => void }) {
  const isMe = (member: Member) => member.id === me()?.member.id;
  // Only owners touch owners; one's own role is somebody else's to change, so nobody shuts themselves out.
  const mayTouch = (member: Member) => mayChange() && !isMe(member) && (member.role !== "owner" || isOwner());
  const roles = createMemo(() => Role.options.map((value) => ({ value, label: t(`settings.role.${value}`), hint: t(`settings.role.${value}Hint`), disabled: value === "owner" && !isOwner() })));
  return (
    <ul class={styles["rows"]}>
      <For each={props.members.items()}>{(member) => (
        <li class={styles["row"]} classList={{ [styles["off"]!]: member.disabled }}>
          <Avatar name={member.name} kind="member" size={32} />
          <span class={styles["two"]}>
            <b>{member.name}<Show when={isMe(member)}><em>{t("settings.members.you")}</em></Show></b>
            <small>{[member.email, ...teams().filter(({ memberIds }) => memberIds.includes(member.id)).map(({ name }) => name)].join(" · ")}</small>
          </span>
          <Show when={member.disabled}><Chip>{t("settings.members.disabled")}</Chip></Show>
          <Show when={mayTouch(member)} fallback={<span class={styles["role"]} title={t(`settings.role.${member.role}Hint`)}>{t(`settings.role.${member.role}`)}</span>}>
            <span class={styles["role"]}>
              <Select hideLabel label={t("settings.members.roleOf", { name: member.name })} value={member.role} options={roles()} disabled={member.disabled} onChange={(role) => props.onRole(member, role)} />
            </span>
          </Show>
          <span class={styles["more"]}><Show when={mayTouch(member)}><Menu trigger={<IconButton label={t("settings.more", { name: member.name })} icon={MoreHorizontal} />} items={props.menu(member)} /></Show></span>
        </li>
      )}</For>
    </ul>
  );
}
