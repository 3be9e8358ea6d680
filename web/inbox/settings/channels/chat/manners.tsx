import { Show } from "solid-js";
import { t } from "../../../../lib/i18n";
import { connections } from "../../../../lib/me";
import { Checkbox } from "../../../../ui/checkbox";
import { Input } from "../../../../ui/input";
import { Select } from "../../../../ui/select";
import { Section } from "../../page";
import type { PartProps } from "./chat-page";
import form from "../../settings.module.css";

/** What happens during a chat and after it. */
export function Manners(props: PartProps) {
  const mailboxes = () => [
    { value: "", label: t("chat.mailboxFirst") },
    ...connections().filter(({ capabilities, status }) => capabilities.copies && capabilities.transport === "provider" && status === "active").map(({ id, name, address }) => ({ value: id, label: `${name} (${address})` })),
  ];
  return (
    <Section title={t("chat.manners")}>
      <div class={form["form"]}>
        <Checkbox label={t("chat.sound")} hint={t("chat.soundHint")} checked={props.values.sound} disabled={props.locked} onChange={(on) => props.set("sound", on)} />
        <Checkbox label={t("chat.rating")} hint={t("chat.ratingHint")} checked={props.values.rating} disabled={props.locked} onChange={(on) => props.set("rating", on)} />
        <Checkbox label={t("chat.transcript")} hint={t("chat.transcriptHint")} checked={props.values.transcript} disabled={props.locked} onChange={(on) => props.set("transcript", on)} />
        <Input label={t("chat.emailAfter")} type="number" inputMode="numeric" value={props.values.emailAfterMinutes} onInput={(minutes) => props.set("emailAfterMinutes", minutes)} error={props.wrong["emailAfterMinutes"]} hint={t("chat.emailAfterHint")} disabled={props.locked} />
        <Show when={Number(props.values.emailAfterMinutes) > 0}><Select label={t("chat.mailbox")} options={mailboxes()} value={props.values.mailbox} onChange={(value) => props.set("mailbox", value)} disabled={props.locked} /></Show>
      </div>
    </Section>
  );
}
