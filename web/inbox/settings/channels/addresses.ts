import type { ChannelKind } from "../../../../worker/contract/channel";
import type { MessageKey } from "../../../lib/i18n";

/** What an address is called where customers use it, how one looks, and whom a test message may go to. */
export interface AddressWords { label: MessageKey; hint: MessageKey; test: MessageKey }

const PHONE: AddressWords = { label: "settings.address.sms", hint: "settings.address.smsHint", test: "settings.test.phone" };
const OTHER: AddressWords = { label: "settings.address.other", hint: "settings.address.otherHint", test: "settings.test.other" };
const WORDS: Partial<Record<ChannelKind, AddressWords>> = {
  sms: PHONE, call: PHONE,
  whatsapp: { ...PHONE, hint: "settings.address.whatsappHint" },
  email: { label: "settings.address.email", hint: "settings.address.emailHint", test: "settings.test.email" },
  chat: { ...OTHER, label: "settings.address.chat", hint: "settings.address.chatHint" },
  messenger: { ...OTHER, label: "settings.address.messenger", hint: "settings.address.messengerHint" },
  instagram: { ...OTHER, label: "settings.address.instagram", hint: "settings.address.instagramHint" },
};

export const addressWords = (kind: ChannelKind): AddressWords => WORDS[kind] ?? OTHER;
