import { Forward, X } from "lucide-solid";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import type { ReplyDraft } from "./reply";
import type { ComposerSession } from "./session";
import styles from "./composer.module.css";

/** What the next email carries on, and that the customer is not who gets it. */
export function ForwardBar(props: { session: ComposerSession; reply: ReplyDraft }) {
  const { session, reply } = props;
  const entries = () => session.entries().filter(({ id }) => reply.draft.forward?.includes(id));
  const subject = () => entries().at(-1)?.email?.subject || t("inbox.email.noSubject");
  const label = () => t("composer.forward", { count: reply.draft.forward?.length ?? 0, subject: subject() });
  const reaches = () => {
    const { to, cc, bcc } = reply.recipients();
    const theirs = new Set([...reply.via()?.to ?? [], ...entries().filter(({ direction }) => direction === "in").map(({ email }) => email?.from.address ?? "")].map((address) => address.toLowerCase()));
    const all = [...to, ...cc, ...bcc];
    return all.length === 0 ? "nobody" : all.some((address) => theirs.has(address)) ? "customer" : "others";
  };
  return (
    <div class={styles["quote"]} role="group" aria-label={label()}>
      <Forward size={14} aria-hidden="true" />
      <div class={styles["quote-words"]}>
        <b dir="auto">{label()}</b>
        <p role={reaches() === "customer" ? "alert" : undefined} classList={{ [styles["warn-words"]!]: reaches() === "customer" }}>{t(`composer.forward.${reaches()}`, { name: session.contactName() })}</p>
      </div>
      <IconButton label={t("composer.forward.end")} icon={X} size="s" onClick={reply.endForward} />
    </div>
  );
}
