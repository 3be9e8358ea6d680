import { Trash2 } from "lucide-solid";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { useEntryContext } from "./entry-context";
import styles from "./entry.module.css";

/** Where a message was. Who took it away makes a difference: the customer's own deletion says something about them. */
export function Tombstone(props: { entry: Entry }) {
  const { contactName } = useEntryContext();
  const sentence = () => {
    const { deletedBy, author } = props.entry;
    if (deletedBy === "contact") return t("thread.deleted.contact", { name: author.type === "contact" && author.name ? author.name : contactName() });
    if (deletedBy !== "member") return t("inbox.entry.deleted");
    if (author.id !== null && author.id === me()?.member.id) return t("thread.deleted.own");
    return author.type === "member" && author.name ? t("thread.deleted.member", { name: author.name }) : t("thread.deleted.ours");
  };
  return <div class={styles["tombstone"]} dir="auto"><Trash2 size={14} aria-hidden="true" />{sentence()}</div>;
}
