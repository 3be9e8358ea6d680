import { unwrap } from "solid-js/store";
import type { ComposeChannel } from "../../../worker/contract/compose";
import type { Look, OutgoingMessage } from "../../lib/outbox";
import { written } from "./answers/answers";
import { emptyDraft } from "./draft";
import { filesOf } from "./draft-files";
import { toMessage } from "./message";
import type { ReplyDraft } from "./reply";
import type { ComposerSession } from "./session";
import type { Undo } from "./undo";

export type Sending = ReturnType<typeof createSending>;

/** How a reply leaves, how it looks until the server has it, and what comes back when it is taken back. */
export function createSending(session: ComposerSession, reply: ReplyDraft, undo: Undo) {
  /** What is answered, as it will stand above the message. */
  function quoteLook(): Look {
    const entry = reply.mayQuote() && !reply.capabilities()?.copies ? reply.quoted() : null;
    return entry ? { quote: { entryId: entry.id, kind: "message", author: entry.author.name, text: entry.text } } : {};
  }

  function answersLook(): Look {
    const options = written(reply.draft);
    return options.length > 0 ? { content: { kind: "buttons", options } } : {};
  }

  /** After a send nothing is answered any more; answers how to bring it back. */
  function endQuote(): () => void {
    const entry = reply.quoted();
    reply.clearQuote();
    return () => { if (entry) reply.answer(entry); };
  }

  return {
    /** The words with all that is theirs; the box is empty afterwards. */
    words(via: ComposeChannel): void {
      const undoMs = session.undoMs();
      const words = { ...reply.draft };
      const outcome = session.send(toMessage(words, via, reply.answering(), session.ownAddresses(), undoMs), { text: words.text.trim(), attachments: structuredClone(unwrap(filesOf(words))), ...answersLook(), ...quoteLook() });
      undo.hold(words, outcome, undoMs, endQuote());
      reply.empty();
    },

    /** What goes beside the words: they stay in the box. */
    beside(message: Omit<OutgoingMessage, "channel" | "connectionId" | "undoMs">, look: Look, bringBack: () => void): void {
      const via = reply.via();
      if (!via) return;
      const undoMs = session.undoMs();
      const to = reply.draft.to?.slice(0, 1);
      const answered = reply.mayQuote() ? reply.quoted() : null;
      const outcome = session.send({ channel: via.channel, connectionId: via.connectionId, undoMs, ...(to?.length && { to }), ...(answered && { replyTo: answered.id }), ...message }, { ...look, ...quoteLook() });
      const quoteAgain = endQuote();
      undo.hold({ ...emptyDraft("reply"), channel: via.channel }, outcome, undoMs, () => { quoteAgain(); bringBack(); });
    },
  };
}
