/** A part of a file, in bytes. */
export interface ByteRange { offset: number; length: number }

const ONE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i;

/**
 * What a `Range` header asks of a file of `size` bytes (RFC 9110, 14.2): a part; `whole` where it is none that we know
 * (several ranges, another unit, an end before its start), which is ignored; `beyond` where the file has no such byte.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | "whole" | "beyond" {
  const [, first, last, suffix] = ONE_RANGE.exec(header ?? "") ?? [];
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length > 0 ? { offset: size - length, length } : "beyond";
  }
  if (first === undefined) return "whole";
  const offset = Number(first);
  const end = last ? Number(last) : Infinity;
  if (end < offset) return "whole";
  return offset < size ? { offset, length: Math.min(end, size - 1) - offset + 1 } : "beyond";
}

/** Whether an `If-None-Match` names this entity tag, or any. Compared weakly, as the header asks (RFC 9110, 13.1.2). */
export const namesEtag = (header: string | undefined, etag: string): boolean =>
  (header ?? "").split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
