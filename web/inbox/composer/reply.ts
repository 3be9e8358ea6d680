import { createMemo, createSignal } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { Attachment, Draft, Entry } from "../../../worker/contract/entry";
import { forwardSubject } from "../../../worker/contract/forward-subject";
import { answering as answeringOf } from "../../lib/answering";
import { locale, t } from "../../lib/i18n";
import { refusalSentence } from "./attachment-tray";
import type { Answer } from "./answers/answers";
import { troubleSentence } from "./answers/trouble-sentence";
import { createDraft } from "./draft";
import { createFileLinks } from "./file-links";
import { firstRefused, refuseFile } from "./limits";
import { isHeic, jpegOf } from "./heic";
import { filesOf } from "./draft-files";
import { hindrance, type Hindrance } from "./hindrance";
import { recipientsOf } from "./message";
import { answered, type Recipients } from "./recipients";
import type { ComposerSession } from "./session";
import { createTyping } from "./typing";
import { createUploads } from "./uploads";

export type ReplyDraft = ReturnType<typeof createReply>;

/** The state of a reply. It outlives its screen, so that switching to a comment and back loses nothing. */
export function createReply(session: ComposerSession) {
  // Grows when the text changes from outside the boxes, so that the rich editor follows.
  const [version, setVersion] = createSignal(0);
  const [rest, setRest] = createSignal<Record<keyof Recipients, string>>({ to: "", cc: "", bcc: "" });
  const store = createDraft({
    mode: "reply", key: `${session.memberId}:${session.conversationId}:reply`,
    load: () => session.loadDraft("reply"), save: session.saveDraft,
  });
  const channels = () => session.check()?.channels ?? [];
  const chosen = (): ChannelKind | null => store.draft.channel ?? session.check()?.channel ?? null;
  const via = () => channels().find(({ channel }) => channel === chosen());
  const capabilities = () => via()?.capabilities;
  const chosenAnswer = answeringOf(session.conversationId);
  /** The message somebody chose to answer, as it is now; one that is gone by now is answered no more. */
  const quoted = createMemo(() => {
    const entry = chosenAnswer.entry();
    const fresh = entry && (session.entries().find(({ id }) => id === entry.id) ?? entry);
    return fresh && !fresh.deleted ? fresh : null;
  });
  /** Whether this channel can name the quoted message at all. */
  const mayQuote = () => {
    const entry = quoted();
    const current = via();
    return entry !== null && current !== undefined && entry.channel === current.channel && (current.capabilities.copies ? entry.email !== null : current.capabilities.replies);
  };
  const answering = createMemo(() => (store.draft.forward?.length ? null : mayQuote() ? quoted() : via()?.capabilities.copies ? answered(session.entries()) : null));
  const recipients = () => {
    const current = via();
    return current ? recipientsOf(store.draft, current, current.capabilities.copies ? answering() : null, session.ownAddresses()) : { to: [], cc: [], bcc: [] };
  };
  const uploads = createUploads({
    put: session.upload,
    // What customers have may not open a photo of an iPhone.
    prepare: (file) => (isHeic(file) ? jpegOf(file) : null),
    refuse: (file) => refuseFile(via()?.capabilities.media ?? null, file, [...filesOf(store.draft), ...uploads.items.filter(({ state }) => state === "sending")]),
    stored: (attachment) => store.change({ attachments: [...(store.draft.attachments ?? []), attachment] }),
  });
  /** A picture that goes into the words: it is a file of the reply like any other. Where nothing takes it, it stays beside them. */
  const addPicture = (file: File, place: (file: Attachment) => boolean) => uploads.add([file], (attachment) => {
    store.change({ attachments: [...(store.draft.attachments ?? []), { ...attachment, contentId: attachment.id }] });
    if (!place(attachment)) store.change({ attachments: (store.draft.attachments ?? []).map((one) => (one.id === attachment.id ? attachment : one)) });
  });
  /** Carries emails on: to nobody yet, with all their files. */
  const forward = (entries: readonly Entry[]) => {
    const files = entries.flatMap(({ attachments, email }) => attachments.filter(({ contentId, state }) => state === "ready" && !(contentId && email?.hasHtml)));
    chosenAnswer.clear();
    endForward();
    store.change({ channel: entries.at(-1)?.channel ?? null, forward: entries.map(({ id }) => id), to: [], cc: [], bcc: [], subject: forwardSubject(entries.at(-1)?.email?.subject ?? ""), attachments: [...(store.draft.attachments ?? []), ...files.map((file) => ({ ...file, contentId: null }))] });
  };
  const endForward = () => {
    if (!store.draft.forward?.length) return;
    // Files of what was to be carried on lie under its entries, one's own uploads do not.
    store.change({ forward: undefined, to: undefined, cc: undefined, bcc: undefined, subject: undefined, attachments: (store.draft.attachments ?? []).filter(({ url }) => !url.startsWith("/media/c/")) });
  };
  const words = (patch: Pick<Draft, "text" | "html">) => {
    store.change({ ...patch, ...(store.draft.channel === null && { channel: chosen() }) });
    setVersion((n) => n + 1);
  };
  const links = createFileLinks({ session, draft: store.draft, put: words });
  const typing = createTyping(session.typing, "reply", chosen);
  return {
    ...store, channels, chosen, via, capabilities, quoted, mayQuote, answering, recipients, uploads, links, typing, version, addPicture, forward, endForward,
    answer: chosenAnswer.set, clearQuote: chosenAnswer.clear,
    canSwitch: (channel: ChannelKind | null) => channels().some((row) => row.channel === channel && row.outcome !== "refused"),
    /** The first stored file that the chosen channel does not take. */
    misfit: () => firstRefused(via()?.capabilities.media ?? null, filesOf(store.draft)),
    /** What stands in an address field and is no address: nobody may be left out without a word. */
    setRest: (field: keyof Recipients, text: string) => setRest((all) => ({ ...all, [field]: text })),
    hindrance: (): Hindrance | null => {
      const left = via()?.capabilities.copies ? Object.values(rest()).find((text) => text !== "") : undefined;
      return left !== undefined ? { why: "bad-address", text: left } : hindrance(store.draft, via(), recipients());
    },
    /** From the first word on the channel stays what the writer saw: a new message on another one must not move it. */
    write: (patch: { text: string; html?: string | undefined }) => {
      store.change(store.draft.channel === null ? { ...patch, channel: chosen() } : patch);
      typing.typed(patch.text);
    },
    offer: (answers: readonly Answer[]) => store.change({ buttons: answers.length > 0 ? [...answers] : undefined, ...(store.draft.channel === null && { channel: chosen() }) }),
    put: (draft: Parameters<typeof store.replace>[0]) => {
      store.replace(draft);
      setVersion((n) => n + 1);
    },
    empty: () => {
      store.clear();
      typing.stop();
      setVersion((n) => n + 1);
    },
  };
}

export function hindranceSentence(hindrance: Hindrance): string {
  switch (hindrance.why) {
    case "empty": return t("composer.empty");
    case "no-channel": return t("composer.no-channel");
    case "bad-address": return t("composer.bad-address-named", { text: hindrance.text.slice(0, 80) });
    case "no-recipient": return t("composer.no-recipient");
    case "refused": return hindrance.sentence;
    case "caption": return t("composer.too-long.caption", { count: hindrance.over, max: hindrance.max.toLocaleString(locale) });
    case "too-long": return t(`composer.too-long.${hindrance.unit}`, { count: hindrance.over });
    case "answers": return troubleSentence(hindrance.trouble);
    case "file": return refusalSentence(hindrance.refusal, hindrance.name);
  }
}
