import { createHmac, timingSafeEqual } from "node:crypto";

/** Signed links live at least this long and at most twice as long: the end is rounded so that a link stays the same for a while and caches well. */
const LINK_MS = 24 * 3_600_000;
/** 192 bits: as good as unguessable, and short enough for providers that limit URLs. */
const SIGNATURE_CHARS = 32;
/** 132 bits, for links that stand in messages where every character counts. */
const SHORT_SIGNATURE_CHARS = 22;

/** Where the bytes of an attachment lie in the bucket. */
export const objectKey = (accountId: string, attachmentId: string): string => `a/${accountId}/f/${attachmentId}`;

/** A path that anyone who holds it may fetch until it expires: for providers and visitors. Members use their session instead. */
export function mediaUrl(env: Pick<Env, "VAULT_KEYS">, accountId: string, attachmentId: string, name: string, now: number): string {
  const until = (Math.floor(now / LINK_MS) + 2) * LINK_MS;
  return `/media/s/${accountId}/${attachmentId}/${until.toString(36)}.${signature(keysOf(env)[0]!, accountId, attachmentId, until)}/${encodeURIComponent(name || "file")}`;
}

export function isMediaUrl(env: Pick<Env, "VAULT_KEYS">, accountId: string, attachmentId: string, proof: string, now: number): boolean {
  const [time = "", given = ""] = proof.split(".");
  const until = parseInt(time, 36);
  if (!(until > now)) return false;
  const actual = Buffer.from(given);
  return keysOf(env).some((key) => isSame(signature(key, accountId, attachmentId, until), actual));
}

/** The page of a file link. Anyone who holds it may open it for as long as the link's row says. */
export const fileLinkUrl = (env: Pick<Env, "VAULT_KEYS">, linkId: string): string => `/media/s/${linkId}.${linkSignature(keysOf(env)[0]!, linkId)}`;

/** The id of the link behind the last part of such a path; null when it is not signed by us. */
export function fileLinkId(env: Pick<Env, "VAULT_KEYS">, proof: string): string | null {
  const [id = "", given = ""] = proof.split(".");
  const actual = Buffer.from(given);
  return keysOf(env).some((key) => isSame(linkSignature(key, id), actual)) ? id : null;
}

const linkSignature = (key: string, linkId: string): string => createHmac("sha256", `file-link:${key}`).update(linkId).digest("base64url").slice(0, SHORT_SIGNATURE_CHARS);

function isSame(expected: string, actual: Buffer): boolean {
  const bytes = Buffer.from(expected);
  return bytes.byteLength === actual.byteLength && timingSafeEqual(bytes, actual);
}

/** Newest first. Every configured key is accepted, so that rotating them breaks no link that is out. */
const keysOf = ({ VAULT_KEYS }: Pick<Env, "VAULT_KEYS">): string[] => VAULT_KEYS.split(",");

/** Synchronous, because frames with many attachments are built inside one tick. */
function signature(key: string, accountId: string, attachmentId: string, until: number): string {
  return createHmac("sha256", `media:${key}`).update(`${accountId}/${attachmentId}/${until}`).digest("base64url").slice(0, SIGNATURE_CHARS);
}
