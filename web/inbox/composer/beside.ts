import { createMemo, createSignal } from "solid-js";
import type { OutgoingMessage } from "../../lib/outbox";
import { t } from "../../lib/i18n";
import { toast } from "../../ui/toast";
import { refusalSentence } from "./attachment-tray";
import { refuseFile } from "./limits";
import { placeText } from "./place";
import type { ReplyDraft } from "./reply";
import type { Sending } from "./sending";
import type { ComposerSession } from "./session";
import type { Filled } from "./templates/filling";
import { createRecorder, type Recording } from "./voice/recorder";

export type Beside = ReturnType<typeof createBeside>;

/** What is sent beside the words, while they stay in the box: a template, a voice note, a place. */
export function createBeside(session: ComposerSession, reply: ReplyDraft, sending: Sending) {
  const recorder = createRecorder();
  const [isPicking, setPicking] = createSignal(false);
  // Once opened it stays, so that closing can give the focus back.
  const wasPicking = createMemo<boolean>((before) => before || isPicking(), false);
  const [begun, setBegun] = createSignal<Filled | null>(null);

  function pick(begin: Filled | null = null): void {
    setBegun(begin);
    setPicking(true);
  }

  function sendTemplate(filled: Filled): void {
    setPicking(false);
    const { use: { name, language }, parts, file } = filled;
    sending.beside({ template: filled.use, ...(file && { attachments: [file.id] }) }, { text: parts.body, content: { kind: "template", name, language, parts }, attachments: file ? [file] : [] }, () => pick(filled));
  }

  async function sendVoice({ file, ms }: Recording): Promise<void> {
    const refusal = refuseFile(reply.capabilities()?.media ?? null, file, []);
    if (refusal) return toast({ text: refusalSentence(refusal, file.name), kind: "error" });
    try {
      const stored = await session.upload(file, () => undefined, new AbortController().signal);
      recorder.discard();
      sending.beside({ attachments: [stored.id], voice: true }, { content: { kind: "voice" }, attachments: [stored] }, () => recorder.bring(file, ms));
    } catch {
      toast({ text: t("composer.file.failed", { name: file.name }), kind: "error" });
    }
  }

  function sendPlace(location: NonNullable<OutgoingMessage["location"]>): void {
    const { name = null, address = null, ...point } = location;
    sending.beside({ location }, { text: [name, address].filter(Boolean).join(", ") || placeText(point), content: { kind: "location", ...point, name, address, url: null } }, () => undefined);
  }

  return {
    /** `begun` is what was filled in, sent and taken back. */
    template: { isPicking, wasPicking, begun, pick: () => pick(), setPicking, send: sendTemplate },
    voice: { recorder, record: () => void recorder.start(reply.capabilities()?.voice ?? ""), send: sendVoice },
    sendPlace,
  };
}
