import type { ChannelKind } from "../../../worker/contract/channel";
import type { ComposeCheck } from "../../../worker/contract/compose";
import type { Contact } from "../../../worker/contract/contact";
import type { Attachment, Draft, Entry } from "../../../worker/contract/entry";
import type { FileLink } from "../../../worker/contract/file";
import type { LinkDays } from "../../../worker/contract/file-limits";
import type { Presence } from "../../../worker/contract/frame";
import type { Look, OutgoingComment, OutgoingMessage, SendOutcome } from "../../lib/outbox";
import type { Mode } from "./draft";

/** Where else in the app a refusal can be helped. */
export type Place = "contact" | "settings" | "templates";

/**
 * All that the composer needs from the rest of the inbox, in one place: the stores behind it may change, and a test
 * can hold it without a network.
 */
export interface ComposerSession {
  conversationId: string;
  memberId: string;
  contactName: () => string;
  /** Who is written to, for what a template says of them; null when that cannot be read now. */
  contact: () => Promise<Contact | null>;
  /** What is loaded of the thread, oldest first. */
  entries: () => readonly Entry[];
  /** Colleagues who are writing a reply here now. */
  writing: () => readonly Presence[];
  check: () => ComposeCheck | undefined;
  /** Our own mailboxes, so that a reply to all leaves them out. */
  ownAddresses: () => readonly string[];
  undoMs: () => number;
  /** What goes below the emails this member writes, as clean HTML; empty: nothing. */
  signature: () => string;
  /** `look` is what the thread shows of it until the server has it. */
  send: (draft: OutgoingMessage, look?: Look) => Promise<SendOutcome>;
  comment: (draft: OutgoingComment) => Promise<SendOutcome>;
  /** Takes a message back. False: it has already left. */
  takeBack: (outcome: SendOutcome) => Promise<boolean>;
  go: (place: Place) => void;
  /** `channel` is what a reply is written for; null for a comment. */
  typing: (on: boolean, mode: Mode, draft: string | null, channel: ChannelKind | null) => void;
  loadDraft: (mode: Mode) => Promise<Draft | null>;
  saveDraft: (draft: Draft) => Promise<unknown>;
  upload: (file: File, progress: (share: number) => void, signal: AbortSignal, purpose?: "link") => Promise<Attachment>;
  /** Links to files in this conversation that still work. */
  fileLinks: () => Promise<FileLink[]>;
  linkFile: (attachmentId: string, days: LinkDays) => Promise<FileLink>;
  takeBackLink: (id: string) => Promise<void>;
}
