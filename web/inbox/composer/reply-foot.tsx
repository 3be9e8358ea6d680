import { LayoutTemplate, Mic, MousePointerClick, Type } from "lucide-solid";
import { Show } from "solid-js";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { AttachButtons } from "./attach-buttons";
import type { Beside } from "./beside";
import type { Formatting } from "./formatting";
import { limitOf, type Hindrance } from "./hindrance";
import type { SendKey } from "./keys";
import { LengthCounter } from "./length-counter";
import { isSegmented } from "./limits";
import { PlaceButton } from "./place-button";
import { hindranceSentence, type ReplyDraft } from "./reply";
import { SegmentCounter } from "./segment-counter";
import { SendButton } from "./send-button";
import styles from "./composer.module.css";

interface ReplyFootProps {
  reply: ReplyDraft;
  beside: Beside;
  formatting: Formatting;
  /** How many answers to tap are offered. */
  answers: number;
  onOfferAnswer: () => void;
  hindrance: Hindrance | null;
  onPlain: (text: string) => void;
  sendKey: SendKey;
  onSendKey: (key: SendKey) => void;
  onSend: () => void;
}

/** Below the words of a reply: what this channel can send besides, what the words cost, and the way out. */
export function ReplyFoot(props: ReplyFootProps) {
  const { reply, beside, formatting } = props;
  const { capabilities } = reply;
  const isRefused = () => reply.via()?.outcome === "refused";
  return (
    <div class={styles["foot"]}>
      <AttachButtons uploads={reply.uploads} />
      <Show when={capabilities()?.voice}><IconButton label={t("composer.voice")} icon={Mic} disabled={isRefused()} onClick={beside.voice.record} /></Show>
      <Show when={capabilities()?.location}><PlaceButton disabled={isRefused()} onSend={beside.sendPlace} /></Show>
      <Show when={capabilities()?.buttons}>{(limits) => <IconButton label={t("composer.answers")} icon={MousePointerClick} pressed={props.answers > 0} disabled={isRefused() || props.answers >= limits().max} onClick={() => props.onOfferAnswer()} />}</Show>
      <Show when={capabilities()?.templates}><IconButton label={t("composer.template")} icon={LayoutTemplate} onClick={beside.template.pick} /></Show>
      <Show when={capabilities()?.html}><IconButton label={t("composer.formatting")} icon={Type} pressed={formatting.isWanted()} onClick={formatting.toggle} /></Show>
      <span class={styles["grow"]} />
      <Show when={isSegmented(reply.chosen())} fallback={<Show when={capabilities()}>{(able) => <LengthCounter text={reply.draft.text} limit={limitOf(able(), (reply.draft.attachments ?? []).length)} />}</Show>}><SegmentCounter text={reply.draft.text} onPlain={(text) => props.onPlain(text)} /></Show>
      <SendButton label={t("composer.send")} hint={props.hindrance && hindranceSentence(props.hindrance)} blocked={props.hindrance !== null || reply.uploads.busy()} sendKey={props.sendKey} onSendKey={props.onSendKey} onSend={() => props.onSend()} />
    </div>
  );
}
