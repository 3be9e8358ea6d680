import type { VisitorClientFrame } from "../../worker/contract/widget";
import { kept } from "./storage";

type Told = Extract<VisitorClientFrame, { type: "visit" }>;
type Pages = Told["pages"];

/** What the browser says of itself. */
export interface About { /** The language they read here. */ pageLocale: string; locale: string; timeZone: string; referrer: string }

/** As many and as long as the team is told. */
const MAX_PAGES = 20;
const MAX_URL = 500;
const MAX_TITLE = 150;

/** The pages of one visit: as long as this tab lives, across the loads of its pages. */
export function createVisit(connectionId: string) {
  const store = kept<{ referrer: string; pages: Pages }>(connectionId, "visit", () => sessionStorage);
  const read = () => store.read() ?? { referrer: "", pages: [] };
  return {
    /** False when it is the page that is open already. */
    turn: ({ url, title }: { url: string; title: string }): boolean => {
      const { referrer, pages } = read();
      const page = { url: url.slice(0, MAX_URL), title: title.slice(0, MAX_TITLE), at: new Date().toISOString() };
      const last = pages.at(-1);
      if (last?.url === page.url && last.title === page.title) return false;
      store.write({ referrer, pages: [...pages, page].slice(-MAX_PAGES) });
      return true;
    },
    /** Where they came from is what the first page said. */
    told: ({ locale, timeZone, referrer: now }: About): Told => {
      const { referrer: first, pages } = read();
      const referrer = (pages.length > 1 ? first : first || now).slice(0, MAX_URL);
      if (referrer !== first) store.write({ referrer, pages });
      return { type: "visit", locale: locale.slice(0, 35), timeZone: timeZone.slice(0, 64), referrer, pages };
    },
  };
}
