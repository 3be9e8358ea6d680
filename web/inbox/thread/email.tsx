import { ChevronUp, Forward, Reply } from "lucide-solid";
import { createMemo, createSignal, For, Show } from "solid-js";
import type { Attachment, EmailAddress, EmailFields, Entry } from "../../../worker/contract/entry";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { ChannelIcon } from "../../ui/channel-icon";
import { IconButton } from "../../ui/icon-button";
import { Time } from "../../ui/time";
import { Attachments } from "./attachments";
import { DeliveryTrouble } from "./delivery";
import { EmailActions } from "./email-actions";
import { EmailFacts, EmailMarks, EmailRecipients } from "./email-facts";
import { EmailFrame } from "./email-frame";
import { useEntryContext } from "./entry-context";
import { PlainText } from "./markdown-view";
import { Participants } from "./participants";
import { Ticks } from "./ticks";
import styles from "./email.module.css";

/** An email is a document: the only entry with an edge. Older ones are one line. */
export function Email(props: { entry: Entry; email: EmailFields }) {
  const { isOpen, toggle } = useEntryContext();
  return (
    <Show when={isOpen(props.entry.id)} fallback={<EmailLine entry={props.entry} email={props.email} onOpen={() => toggle(props.entry.id)} />}>
      <EmailDocument entry={props.entry} email={props.email} onFold={() => toggle(props.entry.id)} />
    </Show>
  );
}

function EmailLine(props: { entry: Entry; email: EmailFields; onOpen: () => void }) {
  const isMine = () => props.entry.author.id !== null && props.entry.author.id === me()?.member.id;
  return (
    <>
      <button type="button" class={styles["line"]} aria-expanded="false" aria-label={t("inbox.email.expand", { subject: props.email.subject })} onClick={() => props.onOpen()}>
        <Show when={props.entry.direction === "out"} fallback={<Reply size={14} aria-hidden="true" />}><Forward size={14} aria-hidden="true" /></Show>
        <b>{isMine() ? t("inbox.entry.you") : props.email.from.name || props.email.from.address}</b>
        <span class={styles["cut"]} dir="auto">{[props.email.subject, shownText(props.entry).split("\n")[0]].filter(Boolean).join(". ")}</span>
        <ChannelIcon kind="email" size={14} />
        <Time at={props.entry.at} format="clock" />
        <Show when={props.entry.direction === "out" && props.entry.state}>{(state) => <Ticks state={state()} />}</Show>
      </button>
      <DeliveryTrouble entry={props.entry} />
    </>
  );
}

function EmailDocument(props: { entry: Entry; email: EmailFields; onFold: () => void }) {
  const { conversationId } = useEntryContext();
  const [showsPeople, setPeople] = createSignal(false);
  const [placed, setPlaced] = createSignal<ReadonlySet<string> | null>(null);
  // Inline pictures stand where the mail puts them, not below it once more; those it could not show are files like others.
  const isInPage = ({ contentId, type }: Attachment) => Boolean(contentId) && props.email.hasHtml && (placed()?.has(contentId!) ?? type.startsWith("image/"));
  const files = () => props.entry.attachments.filter((file) => !isInPage(file));

  return (
    <article class={styles["mail"]} aria-label={`${props.email.from.name || props.email.from.address}, ${props.email.subject || t("inbox.email.noSubject")}, ${clock(new Date(props.entry.at))}`}>
      <header class={styles["head"]}>
        <Avatar name={props.email.from.name || props.email.from.address} kind={props.entry.direction === "out" ? "member" : "contact"} size={28} />
        <div class={styles["who"]}>
          <div class={styles["subject"]} dir="auto">{props.email.subject || t("inbox.email.noSubject")}</div>
          <button type="button" class={styles["people"]} aria-expanded={showsPeople()} title={t("inbox.email.details")} onClick={() => setPeople(!showsPeople())}>
            {t("inbox.email.from", { from: nameOf(props.email.from), to: [...props.email.to, ...props.email.cc].map(nameOf).join(", ") })}
          </button>
        </div>
        <div class={styles["right"]}>
          <ChannelIcon kind="email" size={14} />
          <Time at={props.entry.at} format="clock" />
          <Show when={props.entry.direction === "out" && props.entry.state}>{(state) => <Ticks state={state()} />}</Show>
          <EmailActions entry={props.entry} />
          <IconButton icon={ChevronUp} label={t("inbox.email.collapse")} onClick={() => props.onFold()} />
        </div>
      </header>
      <Show when={showsPeople()}><People email={props.email} customer={props.entry.direction === "in" && props.entry.author.id !== null ? props.email.from.address : null} /><EmailFacts entry={props.entry} email={props.email} /></Show>
      <Show when={props.email.warning}>{(warning) => <p class={styles["warning"]}>{warning()}</p>}</Show>
      <div class={styles["body"]}>
        <EmailMarks entry={props.entry} email={props.email} />
        <Show when={props.email.hasHtml} fallback={<PlainEmail entry={props.entry} email={props.email} />}>
          <EmailFrame conversationId={conversationId} entry={props.entry} email={props.email} fallback={<PlainEmail entry={props.entry} email={props.email} />} onPlaced={setPlaced} />
        </Show>
        <Attachments files={files()} entryId={props.entry.id} />
        <EmailRecipients entry={props.entry} />
        <DeliveryTrouble entry={props.entry} />
      </div>
    </article>
  );
}

function PlainEmail(props: { entry: Entry; email: EmailFields }) {
  const [isQuoteShown, setQuoteShown] = createSignal(false);
  const quote = createMemo(() => (props.email.quoteAt === null ? "" : props.entry.text.slice(props.email.quoteAt).trim()));
  return (
    <div class={styles["text"]} dir="auto">
      <PlainText text={shownText(props.entry)} />
      <Show when={quote()}>
        <div><button type="button" class={styles["fold"]} aria-expanded={isQuoteShown()} onClick={() => setQuoteShown(!isQuoteShown())}>
          {isQuoteShown() ? t("inbox.email.hideQuote") : t("inbox.email.showQuote", { count: quote().split("\n").length })}
        </button></div>
        <Show when={isQuoteShown()}><blockquote class={styles["quote"]}><PlainText text={quote()} /></blockquote></Show>
      </Show>
    </div>
  );
}

function People(props: { email: EmailFields; customer: string | null }) {
  const fields = () => ([
    ["inbox.email.fieldFrom", [props.email.from]], ["inbox.email.fieldTo", props.email.to], ["inbox.email.fieldCc", props.email.cc],
    ["inbox.email.fieldBcc", props.email.bcc], ["inbox.email.fieldReplyTo", props.email.replyTo],
  ] as const).filter(([, people]) => people.length > 0);
  return (
    <dl class={styles["fields"]}>
      <For each={fields()}>{([key, people]) => <><dt>{t(key)}</dt><dd><Participants people={people} customer={props.customer} /></dd></>}</For>
    </dl>
  );
}

const nameOf = (person: EmailAddress): string => person.name || person.address;
const shownText = (entry: Entry): string => (entry.email?.quoteAt == null ? entry.text : entry.text.slice(0, entry.email.quoteAt)).trim();
