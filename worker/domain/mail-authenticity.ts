import type { EmailFields } from "../contract/entry";
import { mailDomain } from "./mail-address";

/**
 * Whether a mail comes from who its From line says. `verified`: our receiving side proved it; `failed`: it found the
 * opposite; `unverified`: it found neither.
 */
export type Authenticity = NonNullable<EmailFields["authenticity"]>;

const MAX_RESULTS = 4_000; // characters read of one header; a dozen signatures need less
/** Within quotes these would begin another result, property or comment. */
const STRUCTURE = /[\s;=()]/g;

/** Whether `domain` is `other` or one lies in the other: DMARC's relaxed alignment, without the list of public suffixes. */
export const isAligned = (domain: string, other: string): boolean => domain !== "" && other !== "" && (domain === other || domain.endsWith(`.${other}`) || other.endsWith(`.${domain}`));

/**
 * The results without their comments, and with nothing in quotes that reads like a result. A sender chooses words in both: those
 * of the address it writes from. Null when a quote or a comment does not end, so that nobody knows what is in it.
 */
function withoutWordsOfOthers(results: string): string | null {
  let out = "", quoted = "", depth = 0, isQuoted = false;
  for (let at = 0; at < results.length; at++) {
    const char = results[at]!;
    const isEscaped = char === "\\" && (isQuoted || depth > 0);
    if (isEscaped) at++;
    else if (char === '"') {
      if (isQuoted && depth === 0) out += quoted.replace(STRUCTURE, "_");
      quoted = "";
      isQuoted = !isQuoted;
    } else if (isQuoted) quoted += char;
    else if (char === "(") depth++;
    else if (char === ")" && depth > 0) { depth--; out += " "; }
    else if (depth === 0) out += char;
  }
  return isQuoted || depth > 0 ? null : out;
}

/** The domain of `a@b`, `@b` or `b`. */
const domainIn = (value: string): string => mailDomain(value.replace(/^["']|["'.]+$/g, ""));

/**
 * Reads the topmost `Authentication-Results` (RFC 8601). Good news counts only from one of `servers`, the names under which
 * our receiving side signs: anybody can write such a header into their own mail. Bad news counts from anyone. What says twice
 * what a check found, or says it so that it can be read in two ways, proves nothing.
 */
export function authenticityOf(results: string | undefined, servers: readonly string[], from: string): Authenticity {
  const read = withoutWordsOfOthers((results ?? "").slice(0, MAX_RESULTS));
  const [server = "", ...methods] = (read ?? results?.slice(0, MAX_RESULTS) ?? "").split(";").map((part) => part.trim().toLowerCase());
  const found = methods.map(resultOf).filter((one) => one !== null);
  // A server that leaves its name out still says what it found.
  const all = [resultOf(server), ...found].filter((one) => one !== null);
  if (all.some(({ method, result }) => method === "dmarc" && result === "fail")) return "failed";
  const isTwice = ["dmarc", "spf"].some((method) => all.filter((one) => one.method === method && one.properties.get("smtp.helo") === undefined).length > 1);
  if (read === null || isTwice || !servers.includes(server.split(/\s/, 1)[0]!)) return "unverified";
  const author = mailDomain(from);
  const proves = ({ method, result, properties }: Result): boolean => {
    if (result !== "pass") return false;
    if (method === "dmarc") return isAligned(domainIn(properties.get("header.from") ?? author), author);
    if (method === "dkim") return isAligned(domainIn(properties.get("header.d") ?? properties.get("header.i") ?? ""), author);
    return method === "spf" && isAligned(domainIn(properties.get("smtp.mailfrom") ?? properties.get("envelope-from") ?? ""), author);
  };
  return found.some(proves) ? "verified" : "unverified";
}

interface Result { method: string; result: string; properties: ReadonlyMap<string, string> }

/** `dkim=pass header.d=example.com` → its parts; null for anything else. */
function resultOf(text: string): Result | null {
  const [, method, result, rest] = /^([a-z][a-z0-9-]*)(?:\/\d+)?\s*=\s*([a-z]+)(.*)$/s.exec(text) ?? [];
  if (!method || !result) return null;
  return { method, result, properties: new Map([...(rest ?? "").matchAll(/([a-z][a-z0-9.-]*)\s*=\s*(\S+)/g)].map(([, name, value]) => [name!, value!])) };
}
