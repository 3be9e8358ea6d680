import type { ChannelKind, IdentityKind } from "../../../worker/contract/channel";
import type { Contact, ContactPatch, Identity } from "../../../worker/contract/contact";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { isEmailAddress } from "../composer/recipients";

/** Which channels an address of this kind can be reached on; those of one page or widget only are named by their own row. */
const CHANNELS: Readonly<Record<IdentityKind, readonly ChannelKind[]>> = { phone: ["sms", "whatsapp"], email: ["email"], visitor: ["chat"], user: [], handle: [], group: [] };

/** The channel whose glyph stands before an address: that of its connection, where it means something only there. */
export const channelOf = ({ kind, connectionId }: Identity): ChannelKind | null => CHANNELS[kind][0] ?? connections().find(({ id }) => id === connectionId)?.channel ?? null;

const isReadable = ({ kind }: Identity): boolean => kind === "phone" || kind === "email";

/** One for each way to reach them: of the ids by which one platform knows a person the one that has a name. */
export const waysToReach = (identities: readonly Identity[]): Identity[] =>
  identities.filter((one) => isReadable(one) || one === (identities.find(({ kind, connectionId, name }) => kind === one.kind && connectionId === one.connectionId && name) ?? identities.find(({ kind, connectionId }) => kind === one.kind && connectionId === one.connectionId)));

/** What stands for an address: the number or mailbox itself, else what they are called there. Ids are for machines. */
export function shownIdentity(identity: Identity): string {
  if (isReadable(identity)) return shownAddress(identity.address);
  const channel = channelOf(identity);
  return identity.name || (identity.kind === "visitor" ? t("contact.visitor") : channel ? t(`channel.${channel}`) : shownAddress(identity.address));
}

/** They said it is theirs, on one connection, and nobody has proved it. */
export const isClaimed = (identity: Identity): boolean => isReadable(identity) && identity.connectionId !== null && !identity.verified;

/** Channels a consent can be shown for: those the contact has an address on, and those that have been changed. */
export function consentChannels(contact: Contact): ChannelKind[] {
  const reached = contact.identities.flatMap((one) => (CHANNELS[one.kind].length > 0 ? CHANNELS[one.kind] : channelOf(one) ?? []));
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
