import type { ChannelKind } from "../../../../worker/contract/channel";
import type { MessageKey } from "../../../lib/i18n";

/** What an address is called where customers use it, how one looks, and whom a test message may go to. */
export interface AddressWords {
  label: MessageKey;
  hint: MessageKey;
  test: MessageKey;
  /** The setting that is the address, where the provider names it by an id: nobody has to paste it twice. */
  is?: string;
}

const PHONE: AddressWords = { label: "settings.address.sms", hint: "settings.address.smsHint", test: "settings.test.phone" };
const OTHER: AddressWords = { label: "settings.address.other", hint: "settings.address.otherHint", test: "settings.test.other" };
const WORDS: Partial<Record<ChannelKind, AddressWords>> = {
  sms: PHONE, call: PHONE,
  whatsapp: { ...PHONE, hint: "settings.address.whatsappHint" },
  email: { label: "settings.address.email", hint: "settings.address.emailHint", test: "settings.test.email" },
  chat: { ...OTHER, label: "settings.address.chat", hint: "settings.address.chatHint" },
  messenger: { ...OTHER, is: "pageId" },
  instagram: { ...OTHER, is: "igUserId" },
};

export const addressWords = (kind: ChannelKind): AddressWords => WORDS[kind] ?? OTHER;
