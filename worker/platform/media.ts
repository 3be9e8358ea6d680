import { createHmac, timingSafeEqual } from "node:crypto";

/** Signed links live at least this long and at most twice as long: the end is rounded so that a link stays the same for a while and caches well. */
const LINK_MS = 24 * 3_600_000;
/** 192 bits: as good as unguessable, and short enough for providers that limit URLs. */
const SIGNATURE_CHARS = 32;

/** Where the bytes of an attachment lie in the bucket. */
export const objectKey = (accountId: string, attachmentId: string): string => `a/${accountId}/f/${attachmentId}`;

/** A path that anyone who holds it may fetch until it expires: for providers and visitors. Members use their session instead. */
export function mediaUrl(env: Pick<Env, "VAULT_KEYS">, accountId: string, attachmentId: string, name: string, now: number): string {
  const until = (Math.floor(now / LINK_MS) + 2) * LINK_MS;
  return `/media/s/${accountId}/${attachmentId}/${until.toString(36)}.${signature(env, accountId, attachmentId, until)}/${encodeURIComponent(name || "file")}`;
}

export function isMediaUrl(env: Pick<Env, "VAULT_KEYS">, accountId: string, attachmentId: string, proof: string, now: number): boolean {
  const [time = "", given = ""] = proof.split(".");
  const until = parseInt(time, 36);
  if (!(until > now)) return false;
  const expected = Buffer.from(signature(env, accountId, attachmentId, until));
  const actual = Buffer.from(given);
  return expected.byteLength === actual.byteLength && timingSafeEqual(expected, actual);
}

/** Synchronous, because frames with many attachments are built inside one tick. */
function signature({ VAULT_KEYS }: Pick<Env, "VAULT_KEYS">, accountId: string, attachmentId: string, until: number): string {
  const newest = VAULT_KEYS.split(",")[0]!;
  return createHmac("sha256", `media:${newest}`).update(`${accountId}/${attachmentId}/${until}`).digest("base64url").slice(0, SIGNATURE_CHARS);
}
