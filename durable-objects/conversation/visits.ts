import { MAX_PAGES, type VisitorClientFrame } from "../../worker/contract/widget";
import type { VisitorPresence } from "../../worker/contract/frame";
import { cleanPageUrl } from "../../worker/domain/widget";

type Told = Extract<VisitorClientFrame, { type: "visit" }>;
export type Visit = NonNullable<VisitorPresence["visit"]>;

/** What visitors' browsers told of their visits: one row for each visitor of a widget, there also after they have gone. */
export class Visits {
  constructor(private readonly storage: DurableObjectStorage) {}

  static readonly schema = "CREATE TABLE visit(visitor TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;";

  /** A visit as it stands. Addresses lose what could let someone in; what is no web page is left out. */
  keep(visitor: string, { locale, timeZone, referrer, pages }: Told, now: number): void {
    const lastAt = new Date(now).toISOString();
    const clean = pages.flatMap(({ url, title, at }) => { const known = cleanPageUrl(url); return known === null ? [] : [{ url: known, title, at: at < lastAt ? at : lastAt }]; });
    this.write(visitor, { locale, timeZone, referrer: cleanPageUrl(referrer), pages: clean.slice(-MAX_PAGES), lastAt }, now);
  }

  /** Another page of the visit that is known. */
  turn(visitor: string, page: { url: string; title: string }, now: number): void {
    const known = this.of(visitor);
    if (!known) return;
    const lastAt = new Date(now).toISOString();
    this.write(visitor, { ...known, pages: [...known.pages, { ...page, at: lastAt }].slice(-MAX_PAGES), lastAt }, now);
  }

  of(visitor: string): Visit | null { return this.read("SELECT body FROM visit WHERE visitor = ?", visitor); }
  newest(): Visit | null { return this.read("SELECT body FROM visit ORDER BY at DESC LIMIT 1"); }

  private read(sql: string, ...values: SqlStorageValue[]): Visit | null {
    const row = this.storage.sql.exec<{ body: string }>(sql, ...values).toArray()[0];
    return row ? JSON.parse(row.body) as Visit : null;
  }

  private write(visitor: string, visit: Visit, now: number): void {
    this.storage.sql.exec("INSERT OR REPLACE INTO visit VALUES(?, ?, ?)", visitor, now, JSON.stringify(visit));
  }
}
