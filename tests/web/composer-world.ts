import { fireEvent, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import type { Capabilities } from "../../worker/contract/channel";
import type { ComposeChannel, ComposeCheck } from "../../worker/contract/compose";
import type { Attachment, Draft, Entry } from "../../worker/contract/entry";
import type { ComposerSession } from "../../web/inbox/composer/session";
import type { OutgoingComment, OutgoingMessage, SendOutcome } from "../../web/lib/outbox";

export const CAPABILITIES: Capabilities = {
  text: { max: 1_600, unit: "characters" }, subject: false, html: false, copies: false, media: { max: 10, bytes: 5_000_000, types: ["image/*"], limits: [], together: true, caption: true },
  voice: null, location: false, window: null, templates: false, reactions: false, replies: false, edit: false, delete: false, groups: false,
  typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: 1,
};
export const channel = (fields: Partial<ComposeChannel>): ComposeChannel => ({ channel: "sms", connectionId: "c-sms", from: "+15125550142", because: "", to: ["+15125550164"], outcome: "allowed", reason: null, sentence: "", capabilities: CAPABILITIES, ...fields });
export const CHECK: ComposeCheck = {
  channel: "sms",
  channels: [
    channel({}),
    channel({ channel: "chat", connectionId: "c-chat" }),
    channel({ channel: "whatsapp", connectionId: "c-wa", outcome: "refused", reason: "opted-out", sentence: "Maya opted out of WhatsApp." }),
  ],
};

export interface World extends ComposerSession { sent: OutgoingMessage[]; comments: OutgoingComment[]; drafts: Draft[]; setCheck: (check: ComposeCheck) => void }

export function world(fields: Partial<ComposerSession> = {}): World {
  const [check, setCheck] = createSignal<ComposeCheck | undefined>(CHECK);
  const sent: OutgoingMessage[] = [];
  const comments: OutgoingComment[] = [];
  const drafts: Draft[] = [];
  const stored = (n: number): SendOutcome => ({ status: "stored", clientId: `client-${n}`, entry: { id: `entry-${n}` } as Entry });
  return {
    sent, comments, drafts, setCheck, conversationId: "v1", memberId: "m1", contactName: () => "Maya", contact: () => Promise.resolve(null), go: () => undefined, entries: () => [], writing: () => [], check, ownAddresses: () => [], undoMs: () => 5_000, signature: () => "",
    send: (draft) => Promise.resolve(stored(sent.push(draft))),
    comment: (draft) => Promise.resolve(stored(comments.push(draft))),
    takeBack: () => Promise.resolve(true),
    typing: () => undefined,
    loadDraft: () => Promise.resolve(null),
    saveDraft: (draft) => Promise.resolve(drafts.push(draft)),
    upload: () => new Promise<Attachment>(() => undefined),
    fileLinks: () => Promise.resolve([]),
    linkFile: () => Promise.reject(new Error("no link was asked for")),
    takeBackLink: () => Promise.resolve(),
    ...fields,
  };
}

export const message = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
export const internal = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Internal comment" });
export const type = (box: HTMLTextAreaElement, text: string) => fireEvent.input(box, { target: { value: text } });
export const press = (box: HTMLElement, key: string, init: KeyboardEventInit = {}) => fireEvent.keyDown(box, { key, ...init });
