import type { PreChat, WidgetConfig } from "../contract/widget";

/** Scheme, host (`*.` in front means every name below it) and port of one allowed site. A port of "" is the scheme's own. */
export interface SitePattern { schemes: readonly string[]; host: string; port: string }

const PATTERN = /^(?:(https?):\/\/)?((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?\/?$/;
/** Development machines have no certificate: only these may be named without a scheme and reached over plain HTTP. */
const LOOPBACK = new Set(["localhost", "127.0.0.1"]);
const DEFAULT_PORT: Record<string, string> = { http: "80", https: "443" };

/** Reads `https://shop.example.com`, `shop.example.com:8443` or `*.example.com`; null when it is none of these. */
export function readPattern(text: string): SitePattern | null {
  const match = PATTERN.exec(text.trim().toLowerCase());
  if (!match) return null;
  const [, scheme, host = "", port = ""] = match;
  // `*.com` would let a whole top-level domain in.
  if (host.startsWith("*.") && !host.slice(2).includes(".")) return null;
  const schemes = scheme ? [scheme] : LOOPBACK.has(host) ? ["https", "http"] : ["https"];
  return { schemes, host, port: schemes.length === 1 && DEFAULT_PORT[schemes[0]!] === port ? "" : port };
}

/** Whether a page of this origin may show the widget. `null` (sandboxed or local pages) never may. */
export function originAllowed(patterns: readonly string[], origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, port, origin: exact } = new URL(origin);
  if (exact !== origin) return false;
  return patterns.some((text) => {
    const pattern = readPattern(text);
    if (!pattern || !pattern.schemes.includes(protocol.slice(0, -1)) || pattern.port !== port) return false;
    return pattern.host.startsWith("*.") ? hostname.endsWith(pattern.host.slice(1)) : hostname === pattern.host;
  });
}

/** The sources of a `frame-ancestors` directive. `'self'` lets our own pages show a preview. */
export function frameAncestors(patterns: readonly string[]): string {
  const sources = patterns.flatMap((text) => {
    const pattern = readPattern(text);
    return pattern ? pattern.schemes.map((scheme) => `${scheme}://${pattern.host}${pattern.port && `:${pattern.port}`}`) : [];
  });
  return ["'self'", ...new Set(sources)].join(" ");
}

/** Longer page addresses say nothing more to an agent. */
const MAX_PAGE_URL = 500;
const SECRET_NAME = /tok|secret|passw|pwd|auth|session|sid|sig|hash|hmac|jwt|code|key|otp|nonce|ticket|invite|reset|e-?mail|phone/i;
/** Nobody types a parameter this long; what is, is a credential or an identifier. */
const SECRET_LENGTH = 32;

/** What an agent may see of the visitor's page: no credentials, no fragment, no query that could let someone in. Null when it is no web page. */
export function cleanPageUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  url.username = url.password = url.hash = "";
  for (const name of new Set(url.searchParams.keys()))
    if (SECRET_NAME.test(name) || url.searchParams.getAll(name).some((value) => value.length >= SECRET_LENGTH)) url.searchParams.delete(name);
  return url.href.length > MAX_PAGE_URL ? `${url.origin}${url.pathname}`.slice(0, MAX_PAGE_URL) : url.href;
}

/** The required questions that were left open. Whether an email looks like one is the contract's business. */
export function unanswered(questions: WidgetConfig["preChat"], answers: PreChat | undefined): WidgetConfig["preChat"][number]["key"][] {
  return questions.filter(({ key, required }) => required && !answers?.[key]).map(({ key }) => key);
}
