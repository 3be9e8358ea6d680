import { z } from "zod";
import { partsOf } from "./webhook";

const E164 = /^\+[1-9]\d{6,14}$/;
const MAX_PARTS = 10;
const MAX_MEDIA = 10;
const MAX_GROUP = 8;

/** Recipients that fail in one way each, among the numbers nobody has. */
const MAGIC_TO: Record<string, string> = { "+15005550001": "40310", "+15005550004": "40300" };

const TITLES: Record<string, [title: string, detail: string, status: number]> = {
  "10015": ["Bad Request", "The request failed because it was not well-formed.", 400],
  "40300": ["Blocked due to STOP message", "Messages cannot be sent from your number to this recipient because of a STOP.", 403],
  "40301": ["Unsupported message type", "This kind of message cannot be sent there.", 422],
  "40302": ["Message too large", "The message has more parts than a message may have.", 422],
  "40305": ["Invalid 'from' address", "The 'from' address is not a number of this account.", 422],
  "40310": ["Invalid 'to' address", "The 'to' address should be in E.164 format", 422],
};

const Body = z.object({ from: z.string(), to: z.string().or(z.array(z.string()).min(2)), text: z.string().optional(), media_urls: z.array(z.string()).optional(), webhook_url: z.string().optional(), use_profile_webhooks: z.boolean().optional(), messaging_profile_id: z.string().optional() });

export type Verdict =
  | { ok: true; from: string; to: string[]; text: string; media: string[]; statusUrl: string | null; fails: string | null }
  | { ok: false; status: number; code: string; title: string; detail: string };

/** Judges a send as Telnyx does. `numbers`: ours in this account. */
export function checkSend(body: unknown, isGroup: boolean, facts: { numbers: readonly string[]; optedOut(ours: string, customer: string): boolean }): Verdict {
  const refuse = (code: string): Verdict => { const [title, detail, status] = TITLES[code]!; return { ok: false, status, code, title, detail }; };
  const given = Body.safeParse(body).data;
  if (!given || isGroup !== Array.isArray(given.to)) return refuse("10015");
  const { from, text = "", media_urls: media = [] } = given;
  const to = [given.to].flat();
  if (text === "" && media.length === 0) return refuse("10015");
  if (!facts.numbers.includes(from)) return refuse("40305");
  if (to.some((one) => !E164.test(one)) || to.length > MAX_GROUP) return refuse("40310");
  const magic = to.map((one) => MAGIC_TO[one]).find((code) => code !== undefined);
  if (magic) return refuse(magic);
  if (media.length > MAX_MEDIA || media.some((url) => !/^https?:$/.test(URL.parse(url)?.protocol ?? ""))) return refuse("40301");
  if (media.length === 0 && partsOf(text, 0) > MAX_PARTS) return refuse("40302");
  if (to.some((one) => facts.optedOut(from, one))) return refuse("40300");
  return { ok: true, from, to, text, media, statusUrl: given.use_profile_webhooks === false ? given.webhook_url ?? null : null, fails: /\bfail:(\d{5})\b/.exec(text)?.[1] ?? null };
}
