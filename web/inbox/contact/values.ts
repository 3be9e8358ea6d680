import type { ChannelKind, IdentityKind } from "../../../worker/contract/channel";
import type { Contact, ContactPatch, Identity } from "../../../worker/contract/contact";
import { shownAddress } from "../../lib/format";
import { t } from "../../lib/i18n";
import { isEmailAddress } from "../composer/recipients";

/** Which channels an address of this kind can be reached on; those of one page or widget only are named by their own row. */
const CHANNELS: Readonly<Record<IdentityKind, readonly ChannelKind[]>> = { phone: ["sms", "whatsapp"], email: ["email"], visitor: ["chat"], user: [], handle: [], group: [] };

/** The channel whose glyph stands before an address. */
export const channelOf = (identity: Identity): ChannelKind | null => CHANNELS[identity.kind][0] ?? null;

/** Channels a consent can be shown for: those the contact has an address on, and those that have been changed. */
export function consentChannels(contact: Contact): ChannelKind[] {
  const reached = contact.identities.flatMap(({ kind }) => CHANNELS[kind]);
  const changed = Object.keys(contact.consent) as ChannelKind[];
  return [...new Set([...reached, ...changed])];
}

/** What a person typed, as an address the API takes; null when it is neither a number nor an email. */
export function readAddress(text: string): { kind: "phone" | "email"; address: string } | null {
  const trimmed = text.trim();
  if (isEmailAddress(trimmed)) return { kind: "email", address: trimmed.toLowerCase() };
  const digits = trimmed.replaceAll(/[\s().\-/]/g, "");
  // Without a country code the server reads it by the account's country.
  return /^\+?\d{5,15}$/.test(digits) ? { kind: "phone", address: digits } : null;
}

export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/** `America/Argentina/Buenos_Aires` → `Buenos Aires`. */
export const zoneCity = (zone: string) => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** Whether two zones show the same clock now. */
export function sameClock(zone: string, other: string, now: Date): boolean {
  const show = (timeZone: string) => new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "short" }).format(now);
  return show(zone) === show(other);
}

/** How the contact will look once the server has agreed. Added identities have no id until it has. */
export function applyPatch(contact: Contact, patch: ContactPatch): Contact {
  const { addIdentities = [], removeIdentities = [], addTags = [], removeTags = [], consent, ...fields } = patch;
  return {
    ...contact,
    ...fields,
    identities: [
      ...contact.identities.filter(({ id }) => !removeIdentities.includes(id)),
      ...addIdentities.map(({ kind, address }): Identity => ({ id: `new:${address}`, kind, address, connectionId: null, name: null, verified: false, primary: false })),
    ],
    tags: [...new Set([...contact.tags.filter((tag) => !removeTags.includes(tag)), ...addTags])],
    consent: { ...contact.consent, ...consent },
  };
}

/** What a contact goes by: the name, else the first address people can read. */
export const shownName = ({ name, identities }: Pick<Contact, "name" | "identities">): string => {
  const first = identities.find(({ kind }) => kind === "phone" || kind === "email") ?? identities[0];
  return name || (first ? shownAddress(first.address) : t("contact.no-name"));
};
