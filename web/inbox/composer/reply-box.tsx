import { LayoutTemplate, Mic, MousePointerClick, Type } from "lucide-solid";
import { createEffect, createMemo, createSignal, lazy, on, Show, Suspense, type JSX } from "solid-js";
import { unwrap } from "solid-js/store";
import { countSegments } from "../../../worker/contract/segments";
import type { ChannelKind } from "../../../worker/contract/channel";
import { isEmptyDraft } from "../../../worker/contract/unfinished";
import { t } from "../../lib/i18n";
import type { Look, OutgoingMessage } from "../../lib/outbox";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import { answersOf, troubleOf, written } from "./answers/answers";
import { AttachButtons } from "./attach-buttons";
import { AttachmentTray, refusalSentence } from "./attachment-tray";
import { ChannelRow } from "./channel-row";
import { emptyDraft } from "./draft";
import { EmailFields } from "./email-fields";
import { fileActs } from "./file-acts";
import { ForwardBar } from "./forward-bar";
import { FromLine } from "./from-line";
import { isSend, readRich, writeRich, type SendKey } from "./keys";
import { LengthCounter } from "./length-counter";
import { messagesOf, refuseFile } from "./limits";
import { limitOf } from "./hindrance";
import { toMessage } from "./message";
import { Notice } from "./notice";
import { createNow } from "./now";
import { placeText } from "./place";
import { filesBeside, filesOf } from "./draft-files";
import { PlaceButton } from "./place-button";
import { QuoteBar } from "./quote-bar";
import { exposed } from "./recipients";
import { hindranceSentence, type ReplyDraft } from "./reply";
import { RichText, type RichTextProps } from "./rich-text";
import { SegmentCounter } from "./segment-counter";
import { SendButton } from "./send-button";
import type { ComposerSession } from "./session";
import { SignatureLine } from "./signature-line";
import type { Filled } from "./templates/filling";
import { TextBox } from "./text-box";
import type { Undo } from "./undo";
import { createRecorder, type Recording } from "./voice/recorder";
import { VoiceBar } from "./voice/voice-bar";
import styles from "./composer.module.css";

/** Channels whose carriers cut a text into segments and charge for each. */
const SEGMENTED: Partial<Record<ChannelKind, true>> = { sms: true };

const AnswersTray = lazy(async () => ({ default: (await import("./answers/answers-tray")).AnswersTray }));
const TemplatePicker = lazy(async () => ({ default: (await import("./templates/picker")).TemplatePicker }));

/** A reply as it is written: by which channel, the words, what goes with them and what beside them, and what still stands in the way. */
export function ReplyBox(props: { session: ComposerSession; reply: ReplyDraft; undo: Undo; sendKey: SendKey; onSendKey: (key: SendKey) => void; commentButton: JSX.Element; focus: number }) {
  const { session, reply, undo } = props;
  let area: HTMLTextAreaElement | undefined;
  const [rich, setRich] = createSignal(readRich());
  const capabilities = () => reply.via()?.capabilities;
  const isRich = () => rich() && capabilities()?.html === true;
  const isSegmented = () => SEGMENTED[reply.chosen() ?? "email"] === true;
  const marks = createMemo(() => (isSegmented() ? countSegments(reply.draft.text).forced : []));
  const hindered = createMemo(() => reply.hindrance());
  const now = createNow();
  const recorder = createRecorder();
  const files = fileActs(session, reply);
  const [picking, setPicking] = createSignal(false);
  const [asked, setAsked] = createSignal(0);
  // Once opened it stays, so that closing can give the focus back.
  const wasPicking = createMemo<boolean>((before) => before || picking(), false);
  const [begun, setBegun] = createSignal<Filled | null>(null);
  /** With a closed window there is nothing to write: the way out stands in the text's place. */
  const isClosed = () => reply.via()?.outcome === "refused" && reply.via()?.wayOut === "template" && isEmptyDraft(reply.draft);
  const parts = () => messagesOf(capabilities()?.media ?? null, reply.draft.text, reply.draft.attachments ?? [], answers().length > 0);
  const answers = createMemo(() => answersOf(reply.draft));
  const exposure = createMemo(() => (capabilities()?.copies ? exposed(reply.recipients(), session.entries(), reply.answering(), session.ownAddresses()) : { named: [], self: false }));

  const isForward = () => capabilities()?.copies === true && (reply.draft.forward ?? []).length > 0;
  const forwarded = () => session.entries().filter(({ id }) => reply.draft.forward?.includes(id));
  const whoGetsIt = () => {
    const { to, cc, bcc } = reply.recipients();
    const theirs = new Set([...reply.via()?.to ?? [], ...forwarded().filter(({ direction }) => direction === "in").map(({ email }) => email?.from.address ?? "")].map((address) => address.toLowerCase()));
    const all = [...to, ...cc, ...bcc];
    return all.length === 0 ? "nobody" : all.some((address) => theirs.has(address)) ? "customer" : "others";
  };
  const pictures: RichTextProps["pictures"] = { of: (id) => reply.draft.attachments?.find((file) => file.id === id)?.url, add: reply.addPicture };

  createEffect(on(() => props.focus, () => area?.focus(), { defer: true }));

  function submit() {
    const via = reply.via();
    const why = hindered();
    if (why?.why === "empty") return;
    if (!via || why) return toast({ text: hindranceSentence(why ?? { why: "no-channel" }), kind: "error" });
    if (reply.uploads.busy()) return toast({ text: t("composer.file.wait"), kind: "error" });
    const undoMs = session.undoMs();
    const words = { ...reply.draft };
    const outcome = session.send(toMessage(words, via, reply.answering(), session.ownAddresses(), undoMs), { text: words.text.trim(), attachments: structuredClone(unwrap(filesOf(words))), ...answersLook(), ...quoteLook() });
    undo.hold(words, outcome, undoMs, endQuote());
    reply.empty();
  }

  function offerOneMore() {
    reply.offer([...answers(), { text: "", url: null }]);
    setAsked((n) => n + 1);
  }

  function answersLook(): Look {
    const options = written(reply.draft);
    return options.length > 0 ? { content: { kind: "buttons", options } } : {};
  }

  /** What is answered, as it will stand above the message. */
  function quoteLook(): Look {
    const entry = reply.mayQuote() && !capabilities()?.copies ? reply.quoted() : null;
    return entry ? { quote: { entryId: entry.id, kind: "message", author: entry.author.name, text: entry.text } } : {};
  }

  /** After a send nothing is answered any more; answers how to bring it back. */
  function endQuote(): () => void {
    const entry = reply.quoted();
    reply.clearQuote();
    return () => { if (entry) reply.answer(entry); };
  }

  /** What goes beside the words: they stay in the box. */
  function sendBeside(message: Omit<OutgoingMessage, "channel" | "connectionId" | "undoMs">, look: Look, bringBack: () => void) {
    const via = reply.via();
    if (!via) return;
    const undoMs = session.undoMs();
    const to = reply.draft.to?.slice(0, 1);
    const answered = reply.mayQuote() ? reply.quoted() : null;
    const outcome = session.send({ channel: via.channel, connectionId: via.connectionId, undoMs, ...(to?.length && { to }), ...(answered && { replyTo: answered.id }), ...message }, { ...look, ...quoteLook() });
    const quoteAgain = endQuote();
    undo.hold({ ...emptyDraft("reply"), channel: via.channel }, outcome, undoMs, () => { quoteAgain(); bringBack(); });
  }

  function sendTemplate(filled: Filled) {
    setPicking(false);
    const { use: { name, language }, parts: shown, file } = filled;
    sendBeside({ template: filled.use, ...(file && { attachments: [file.id] }) }, { text: shown.body, content: { kind: "template", name, language, parts: shown }, attachments: file ? [file] : [] }, () => pickTemplate(filled));
  }

  function pickTemplate(begin: Filled | null = null) {
    setBegun(begin);
    setPicking(true);
  }

  async function sendVoice({ file, ms }: Recording) {
    const refusal = refuseFile(capabilities()?.media ?? null, file, []);
    if (refusal) return toast({ text: refusalSentence(refusal, file.name), kind: "error" });
    try {
      const stored = await session.upload(file, () => undefined, new AbortController().signal);
      recorder.discard();
      sendBeside({ attachments: [stored.id], voice: true }, { content: { kind: "voice" }, attachments: [stored] }, () => recorder.bring(file, ms));
    } catch {
      toast({ text: t("composer.file.failed", { name: file.name }), kind: "error" });
    }
  }

  function sendPlace(location: NonNullable<OutgoingMessage["location"]>) {
    const { name = null, address = null, ...point } = location;
    sendBeside({ location }, { text: [name, address].filter(Boolean).join(", ") || placeText(point), content: { kind: "location", ...point, name, address, url: null } }, () => undefined);
  }

  const record = () => void recorder.start(capabilities()?.voice ?? "");

  function keyDown(event: KeyboardEvent) {
    if (event.key === "Escape" && reply.quoted()) {
      event.stopPropagation();
      return reply.clearQuote();
    }
    if (!isSend(event, props.sendKey)) return;
    event.preventDefault();
    submit();
  }

  function toggleRich() {
    const next = !rich();
    setRich(next);
    writeRich(next);
    // Leaving formatting behind must not send it after all.
    if (!next) reply.change({ html: undefined });
  }

  function choose(channel: ChannelKind) {
    reply.change({ channel, to: undefined, cc: undefined, bcc: undefined });
    area?.focus();
  }

  const plain = () => (
    <TextBox
      label={t("composer.message")} placeholder={t("composer.placeholder", { name: session.contactName() })} value={reply.draft.text} marks={marks()}
      ref={(element) => { area = element; }} onInput={(text) => reply.write({ text, html: undefined })} onKeyDown={keyDown} onBlur={reply.typing.stop}
    />
  );

  return (
    <>
      <div class={styles["head"]}>
        <ChannelRow channels={reply.channels()} chosen={reply.chosen()} now={now()} onChoose={choose} />
        <span class={styles["grow"]} />
        {props.commentButton}
      </div>
      <Show when={reply.via()}>{(via) => (
        <Show when={via().capabilities.copies} fallback={<FromLine via={via()} now={now()} to={reply.draft.to?.[0]} onTo={(to) => reply.change({ to: [to] })} />}>
          <EmailFields session={session} reply={reply} exposure={exposure()} />
        </Show>
      )}</Show>
      <Show when={reply.quoted()}>{(entry) => (
        <QuoteBar entry={entry()} elsewhere={reply.mayQuote() ? null : entry().channel} onSwitch={reply.canSwitch(entry().channel) ? () => choose(entry().channel!) : null} onClear={() => { reply.clearQuote(); area?.focus(); }} />
      )}</Show>
      <Show when={!isClosed()}>
        <Show when={isRich()} fallback={plain()}>
          <RichText label={t("composer.message")} html={reply.draft.html} text={reply.draft.text} version={reply.version()} pictures={pictures} onChange={reply.write} onKeyDown={keyDown} fallback={plain()} />
        </Show>
      </Show>
      <Show when={answers().length > 0}>
        <Suspense><AnswersTray answers={answers()} limits={capabilities()?.buttons ?? null} question={reply.draft.text} trouble={troubleOf(reply.draft, capabilities()?.buttons ?? null)} asked={asked()} onChange={reply.offer} onLeave={() => area?.focus()} /></Suspense>
      </Show>
      <Show when={capabilities()?.copies && session.signature()}>{(html) => <SignatureLine html={html()} isOn={reply.draft.signature !== false} onChange={(on) => reply.change({ signature: on ? undefined : false })} />}</Show>
      <Show when={isForward()}><ForwardBar entries={forwarded()} count={reply.draft.forward?.length ?? 0} customer={session.contactName()} reaches={whoGetsIt()} onEnd={reply.endForward} /></Show>
      <AttachmentTray
        stored={filesBeside(isRich() ? reply.draft : { attachments: reply.draft.attachments })} uploads={reply.uploads} onShrink={(upload, max) => void files.shrink(upload, max)} hint={parts() > 1 ? t("composer.file.parts", { count: parts() }) : null}
        onRemove={files.remove} onLink={files.link} misfit={reply.misfit()} onShrinkStored={(file, max) => void files.shrinkStored(file, max)} onLinkStored={(file, days) => void files.linkStored(file, days)}
        links={reply.links.shown()} onRemoveLink={(one) => void files.takeLinkBack(one)}
      />
      <Show when={reply.via()}>{(via) => <Notice via={via()} channels={reply.channels()} onTemplate={() => pickTemplate()} onChoose={choose} onGo={session.go} />}</Show>
      <Show when={recorder.state().is === "idle"} fallback={<VoiceBar recorder={recorder} onAgain={record} onSend={sendVoice} />}>
        <div class={styles["foot"]}>
          <AttachButtons uploads={reply.uploads} />
          <Show when={capabilities()?.voice}><IconButton label={t("composer.voice")} icon={Mic} disabled={reply.via()?.outcome === "refused"} onClick={record} /></Show>
          <Show when={capabilities()?.location}><PlaceButton disabled={reply.via()?.outcome === "refused"} onSend={sendPlace} /></Show>
          <Show when={capabilities()?.buttons}>{(limits) => <IconButton label={t("composer.answers")} icon={MousePointerClick} pressed={answers().length > 0} disabled={reply.via()?.outcome === "refused" || answers().length >= limits().max} onClick={offerOneMore} />}</Show>
          <Show when={capabilities()?.templates}><IconButton label={t("composer.template")} icon={LayoutTemplate} onClick={() => pickTemplate()} /></Show>
          <Show when={capabilities()?.html}><IconButton label={t("composer.formatting")} icon={Type} pressed={rich()} onClick={toggleRich} /></Show>
          <span class={styles["grow"]} />
          <Show when={isSegmented()} fallback={<Show when={capabilities()}>{(able) => <LengthCounter text={reply.draft.text} limit={limitOf(able(), (reply.draft.attachments ?? []).length)} />}</Show>}><SegmentCounter text={reply.draft.text} onPlain={(text) => { reply.write({ text }); area?.focus(); }} /></Show>
          <SendButton label={t("composer.send")} hint={hindered() ? hindranceSentence(hindered()!) : null} blocked={hindered() !== null || reply.uploads.busy()} sendKey={props.sendKey} onSendKey={props.onSendKey} onSend={submit} />
        </div>
      </Show>
      <Show when={wasPicking() ? reply.via() : undefined}>{(via) => (
        <Suspense><TemplatePicker open={picking()} onOpenChange={setPicking} session={session} via={via()} begin={begun()} onSend={sendTemplate} /></Suspense>
      )}</Show>
    </>
  );
}
