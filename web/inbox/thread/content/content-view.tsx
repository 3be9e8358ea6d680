import { For, Match, Show, Switch } from "solid-js";
import type { Content } from "../../../../worker/contract/content";
import type { Attachment, Entry } from "../../../../worker/contract/entry";
import { t } from "../../../lib/i18n";
import { Attachments } from "../attachments";
import { ContactCards } from "./contact-cards";
import { FormAnswers } from "./form-answers";
import { Order } from "./order";
import { ownWords } from "./own-words";
import { PlaceCard } from "./place";
import { Share } from "./share";
import { Sticker } from "./sticker";
import { TemplateView } from "./template-view";
import { Unsupported } from "./unsupported";
import { VoiceNote } from "./voice-note";

type Kind = Content["kind"];
type Of<K extends Kind> = Extract<Content, { kind: K }>;

/** Kinds that show the files of the message in their own way. */
const WITH_FILES: ReadonlySet<Kind> = new Set<Kind>(["sticker", "voice", "template"]);
export const holdsFiles = (entry: Entry): boolean => entry.content != null && WITH_FILES.has(entry.content.kind);

/** The words that stand in a bubble; empty where none does. A sticker or voice note that came without its file is named. */
export function shownWords(entry: Entry): string {
  const words = ownWords(entry);
  if (words !== "" || entry.attachments.length > 0) return words;
  const kind = entry.content?.kind;
  return kind === "sticker" || kind === "voice" ? t(`thread.${kind}`) : "";
}

/** What a message is besides its words. */
export function ContentView(props: { entry: Entry; side: "in" | "out" }) {
  const only = <K extends Kind>(kind: K): Of<K> | undefined => {
    const { content } = props.entry;
    return content?.kind === kind ? content as Of<K> : undefined; // the kind decides which member it is
  };
  return (
    <Switch>
      <Match when={only("location")}>{(content) => <PlaceCard place={content()} />}</Match>
      <Match when={only("contacts")}>{(content) => <ContactCards cards={content().cards} />}</Match>
      <Match when={only("sticker")}><Sticker files={props.entry.attachments} entryId={props.entry.id} /></Match>
      <Match when={only("voice")}><Voices files={props.entry.attachments} entryId={props.entry.id} /></Match>
      <Match when={only("share")}>{(content) => <Share share={content()} text={props.entry.text} />}</Match>
      <Match when={only("order")}>{(content) => <Order order={content()} />}</Match>
      <Match when={only("form")}>{(content) => <FormAnswers form={content()} />}</Match>
      <Match when={only("template")}>{(content) => (
        <TemplateView parts={content().parts} files={props.entry.attachments} entryId={props.entry.id} label={t("thread.template", { name: content().name, language: content().language })} />
      )}</Match>
      <Match when={only("unsupported")}>{(content) => <Unsupported what={content().what} text={props.entry.text} side={props.side} />}</Match>
    </Switch>
  );
}

function Voices(props: { files: readonly Attachment[]; entryId: string }) {
  const canPlay = (file: Attachment) => file.state === "ready" && file.type.startsWith("audio/");
  return (
    <>
      <For each={props.files.filter(canPlay)}>{(file) => <VoiceNote file={file} />}</For>
      <Show when={!props.files.every(canPlay)}><Attachments files={props.files.filter((file) => !canPlay(file))} entryId={props.entryId} /></Show>
    </>
  );
}
