/** The parameters of `POST …/Messages.json`, judged as Twilio does. */

const MAX_BODY = 1_600;
const MAX_MEDIA = 10;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Recipients of Twilio's test credentials that fail in one way each. */
const MAGIC_TO: Record<string, number> = { "+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610, "+15005550009": 21614 };
const MAGIC_FROM: Record<string, number> = { "+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611 };

const SENTENCES: Record<number, (params: URLSearchParams) => string> = {
  21211: (params) => `The 'To' number ${params.get("To")} is not a valid phone number.`,
  21212: (params) => `The 'From' number ${params.get("From")} is not a valid phone number, shortcode, or alphanumeric sender ID.`,
  21408: () => "Permission to send an SMS has not been enabled for the region indicated by the 'To' number.",
  21602: () => "Message body is required.",
  21603: () => "A 'From' phone number is required.",
  21604: () => "A 'To' phone number is required.",
  21606: (params) => `The From phone number ${params.get("From")} is not a valid, SMS-capable inbound phone number or short code for your account.`,
  21609: (params) => `The 'StatusCallback' URL ${params.get("StatusCallback")} is not a valid URL.`,
  21610: () => "Attempt to send to unsubscribed recipient",
  21611: (params) => `This 'From' number ${params.get("From")} has exceeded the maximum number of queued messages.`,
  21612: (params) => `The 'To' phone number: ${params.get("To")}, is not currently reachable using the 'From' phone number.`,
  21614: (params) => `To number: ${params.get("To")}, is not a mobile number`,
  21617: () => "The concatenated message body exceeds the 1600 character limit.",
  21620: () => "Invalid media URL(s)",
  21623: () => "Number of media files exceeds allowed limit.",
  21659: (params) => `'From' ${params.get("From")} is not a Twilio phone number or Short Code country mismatch`,
  21701: () => "The Messaging Service does not exist.",
};

/** What Twilio knows and a request does not say. */
export interface Facts {
  /** Our numbers in this account. */
  numbers: readonly string[];
  /** Messaging services, and the number each sends from. */
  services: Readonly<Record<string, string>>;
  optedOut(ours: string, customer: string): boolean;
}

export type Verdict =
  | { ok: true; from: string; viaService: string | null; to: string; body: string; media: string[]; statusUrl: string | null; fails: string | null }
  | { ok: false; code: number; message: string };

export function checkSend(params: URLSearchParams, facts: Facts): Verdict {
  const refuse = (code: number): Verdict => ({ ok: false, code, message: SENTENCES[code]!(params) });
  const to = params.get("To") ?? "";
  const named = params.get("From") ?? "";
  const service = params.get("MessagingServiceSid");
  const body = params.get("Body") ?? "";
  const media = params.getAll("MediaUrl").filter((url) => url !== "");
  const statusUrl = params.get("StatusCallback") || null;

  if (to === "") return refuse(21604);
  if (named === "" && !service) return refuse(21603);
  if (body === "" && media.length === 0) return refuse(21602);
  const from = service ? facts.services[service] : named;
  if (MAGIC_FROM[named]) return refuse(MAGIC_FROM[named]);
  if (from === undefined) return refuse(21701);
  if (!service && !facts.numbers.includes(named)) return refuse(/^\+?\d+$/.test(named) ? 21659 : 21212);
  if (MAGIC_TO[to]) return refuse(MAGIC_TO[to]);
  if (!E164.test(to)) return refuse(21211);
  // Twilio counts characters as people see them in code points, not in UTF-16 units.
  if ([...body].length > MAX_BODY) return refuse(21617);
  if (media.length > MAX_MEDIA) return refuse(21623);
  if (media.some((url) => !/^https?:$/.test(URL.parse(url)?.protocol ?? ""))) return refuse(21620);
  if (statusUrl && !/^https?:$/.test(URL.parse(statusUrl)?.protocol ?? "")) return refuse(21609);
  if (to === from) return refuse(21612);
  if (facts.optedOut(from, to)) return refuse(21610);
  return { ok: true, from, viaService: service, to, body, media, statusUrl, fails: /\bfail:(\d{5})\b/.exec(body)?.[1] ?? null };
}
