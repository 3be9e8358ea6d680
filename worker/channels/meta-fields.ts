import { z } from "zod";

/** Meta's longest message ids have about 200 characters. */
const ID_MAX = 512;
/** Far above what a customer may write; what is longer is no message. */
const TEXT_MAX = 100_000;
const LABEL_MAX = 300; // of titles, names and tokens: what fits a line
const URL_MAX = 8_192; // signed CDN addresses have up to about 2,000 characters
const SECONDS_END = 100_000_000_000; // a number below is seconds: as ms it would lie in 1973
const CLOCK_SKEW_MS = 24 * 3_600_000; // later than this is no time but nonsense

/*
 * Meta's JSON, read leniently: an odd field is as good as none, because it must not cost the customer's message.
 */

/** Of a message or an object; numbers occur where the documents say text. */
export const Id = z.union([z.string().min(1).max(ID_MAX), z.int().nonnegative().transform(String)]);
export const OptionalId = Id.nullish().catch(null);

/** Of a person, page or account: it becomes part of addresses, so it may hold nothing that changes one. */
export const Party = z.object({ id: Id.pipe(z.string().regex(/^[0-9A-Za-z][\w:-]{0,127}$/)) }).nullish().catch(null);

export const Text = z.string().transform((text) => text.slice(0, TEXT_MAX)).catch("");
export const Label = z.string().transform((text) => text.trim().slice(0, LABEL_MAX)).catch("");
export const Flag = z.boolean().catch(false);
export const List = z.array(z.unknown()).catch([]);

/** http(s) only; null for anything else. */
export const Link = z.string().max(URL_MAX).refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)).nullish().catch(null).transform((url) => url ?? null);

const Amount = z.union([z.number(), z.string().regex(/^\d{1,16}$/).transform(Number)]).nullish().catch(null);
/** ms or seconds since 1970, as a number or as text; null when it is none. */
export const Moment = Amount.transform((value) => (value == null || !(value > 0) ? null : value < SECONDS_END ? value * 1_000 : value));
/** Counts from 1; null when it is none. */
export const Count = Amount.transform((value) => (value != null && Number.isSafeInteger(value) && value > 0 ? value : null));

/** The provider's time where there is a sensible one, else ours. */
export const timeOf = (moment: number | null, receivedAt: number): number => (moment !== null && moment <= receivedAt + CLOCK_SKEW_MS ? Math.floor(moment) : receivedAt);
