import type { EmailFields } from "../contract/entry";
import { mailDomain } from "./mail-address";

/**
 * Whether a mail comes from who its From line says. `verified`: our receiving side proved it; `failed`: it found the
 * opposite; `unverified`: it found neither.
 */
export type Authenticity = NonNullable<EmailFields["authenticity"]>;

const MAX_RESULTS = 4_000; // characters read of one header; a dozen signatures need less
const COMMENT = /\([^()]*\)/g;

/** Whether `domain` is `other` or one lies in the other: DMARC's relaxed alignment, without the list of public suffixes. */
export const isAligned = (domain: string, other: string): boolean => domain !== "" && other !== "" && (domain === other || domain.endsWith(`.${other}`) || other.endsWith(`.${domain}`));

/** The domain of `a@b`, `@b` or `b`. */
const domainIn = (value: string): string => mailDomain(value.replace(/^["']|["'.]+$/g, ""));

/**
 * Reads the topmost `Authentication-Results` (RFC 8601). Good news counts only from one of `servers`, the names under which
 * our receiving side signs: anybody can write such a header into their own mail. Bad news counts from anyone.
 */
export function authenticityOf(results: string | undefined, servers: readonly string[], from: string): Authenticity {
  const [server = "", ...methods] = (results ?? "").slice(0, MAX_RESULTS).replace(COMMENT, " ").split(";").map((part) => part.trim().toLowerCase());
  const found = methods.map(resultOf).filter((one) => one !== null);
  // A server that leaves its name out still says what it found.
  const all = [resultOf(server), ...found].filter((one) => one !== null);
  if (all.some(({ method, result }) => method === "dmarc" && result === "fail")) return "failed";
  if (!servers.includes(server.split(/\s/, 1)[0]!)) return "unverified";
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
