import { MailOpen } from "lucide-solid";
import { createSignal, For } from "solid-js";
import type { Invitation } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { Confirm } from "./confirm";
import type { List } from "./list-store";
import { Rows, Section } from "./page";
import styles from "./settings.module.css";

/** Invitations nobody has used yet. Their links are not kept: a lost one is replaced by inviting again. */
export function Invitations(props: { list: List<Invitation> }) {
  const [withdrawing, setWithdrawing] = createSignal<Invitation | null>(null);

  async function withdraw({ id, email }: Invitation) {
    await api.delete(`/api/v1/invitations/${id}`);
    props.list.drop(id);
    toast({ text: t("settings.invite.withdrawn", { email }) });
  }

  return (
    <Section title={t("settings.invite.open")} text={t("settings.invite.openText")}>
      <Rows items={props.list.items()} problem={props.list.problem()} onRetry={() => void props.list.reload()} empty={<p class={styles["quiet"]}>{t("settings.invite.none")}</p>}>
        {(items) => (
          <ul class={styles["rows"]}>
            <For each={items}>{(invitation) => (
              <li class={styles["row"]}>
                <span class={styles["glyph"]}><MailOpen size={18} aria-hidden="true" /></span>
                <span class={styles["two"]}>
                  <b>{invitation.email}</b>
                  <small>{t(`settings.role.${invitation.role}`)} · {t("settings.invite.ends")} <Time at={invitation.expiresAt} /></small>
                </span>
                <Button variant="ghost" size="s" onClick={() => setWithdrawing({ ...invitation })}>{t("settings.invite.withdraw")}</Button>
              </li>
            )}</For>
          </ul>
        )}
      </Rows>
      <Confirm open={withdrawing() !== null} onOpenChange={() => setWithdrawing(null)} title={t("settings.invite.withdrawTitle", { email: withdrawing()?.email ?? "" })} text={t("settings.invite.withdrawText")} action={t("settings.invite.withdraw")} onConfirm={() => withdraw(withdrawing()!)} />
    </Section>
  );
}
