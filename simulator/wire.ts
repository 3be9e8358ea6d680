import type { WireLine } from "./api";

/** Older exchanges fall off the end: this is for looking at, not for keeping. */
const KEPT = 500;
/** Of a body; whole mails and pictures would bury the rest. */
const SHOWN_CHARACTERS = 4_000;
/** Meta takes tokens there too. */
const TOKEN_IN_URL = /([?&]access_token=)[^&]+/;
const MASKED = new Set(["authorization", "cookie", "set-cookie", "x-postmark-server-token", "access-token", "x-user"]);

/** Where a token is renewed, the bodies hold both. */
const SECRET_IN_BODY = /("(?:access_token|refresh_token|client_secret)":")[^"]+/g;

/** What went over the wire between the app and the providers. */
export class Wire {
  constructor(private readonly sql: SqlStorage) {}

  add(line: Omit<WireLine, "n">): void {
    const shown = { ...line, url: line.url.replace(TOKEN_IN_URL, "$1•••"), requestHeaders: masked(line.requestHeaders), request: cut(line.request), response: cut(line.response) };
    this.sql.exec("INSERT INTO wire (line) VALUES (?)", JSON.stringify(shown));
    this.sql.exec("DELETE FROM wire WHERE n <= (SELECT MAX(n) FROM wire) - ?", KEPT);
  }

  after(n: number): WireLine[] {
    return this.sql.exec<{ n: number; line: string }>("SELECT n, line FROM wire WHERE n > ? ORDER BY n", n).toArray()
      .map(({ n, line }) => ({ ...(JSON.parse(line) as Omit<WireLine, "n">), n }));
  }
}

const cut = (whole: string): string => {
  const body = whole.replace(SECRET_IN_BODY, "$1•••");
  return body.length > SHOWN_CHARACTERS ? `${body.slice(0, SHOWN_CHARACTERS)}… (${body.length} characters)` : body;
};

/** Keeps the scheme of a credential, which is what one looks for when a call is refused. */
export const masked = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, MASKED.has(name.toLowerCase()) ? /^(?:Basic|Bearer) /i.exec(value)?.[0].concat("•••") ?? "•••" : value]));
