import { fromBase64Url, toBase64Url } from "./vault";

/** Longer than any place that a list has; a name may have 512 letters. */
export const CURSOR_MAX = 2_000;

/** The place of a row in a list, as a page hands it out for the next one: opaque to the reader. */
export const cursorOf = (...place: readonly (string | number)[]): string => toBase64Url(new TextEncoder().encode(JSON.stringify(place)));

/** The place behind a cursor whose parts are of these kinds; null for anything we did not make. */
export function placeOf<const K extends readonly ("string" | "number")[]>(cursor: string, ...kinds: K): { [I in keyof K]: K[I] extends "number" ? number : string } | null {
  try {
    const place: unknown = JSON.parse(new TextDecoder().decode(fromBase64Url(cursor)));
    const isOurs = Array.isArray(place) && place.length === kinds.length && kinds.every((kind, part) => typeof place[part] === kind);
    // Its parts were looked at one by one; the compiler cannot follow that.
    return isOurs ? place as never : null;
  } catch {
    return null;
  }
}
