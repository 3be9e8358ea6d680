import type { ChannelKind } from "../contract/channel";
import type { ConsentState } from "../contract/contact";
import type { Account } from "./locate";
import type { IdentityKey } from "./contacts";

/** What the person behind an address allows on a channel; null when nobody has it, or they never said. */
export async function consentOfAddress(account: Account, { kind, scope, address }: Omit<IdentityKey, "name">, channel: ChannelKind): Promise<ConsentState | null> {
  const row = await account.db.prepare(`
    SELECT consent.state FROM identity JOIN consent ON consent.account_id = identity.account_id AND consent.contact_id = identity.contact_id
    WHERE identity.account_id = ? AND identity.kind = ? AND identity.scope = ? AND identity.address = ? AND consent.channel = ? ORDER BY consent.at DESC, consent.id DESC LIMIT 1`)
    .bind(account.id, kind, scope, address, channel).first<{ state: ConsentState }>();
  return row?.state ?? null;
}
