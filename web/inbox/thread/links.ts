import type { Place } from "../../../worker/contract/content";

export interface WebLink { href: string; host: string }

/** Close enough to see the street. */
const MAP_ZOOM = 17;

/** Pure. An address from outside that may be opened: http and https only, everything else is null. */
export function webLink(url: string | null | undefined): WebLink | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, href, host, username, password } = new URL(url);
  // A name before the @ makes an address look like somebody else's.
  if ((protocol !== "https:" && protocol !== "http:") || username || password) return null;
  return { href, host: host.replace(/^www\./, "") };
}

/** Pure. A map of the place; nothing is loaded from there until somebody opens it. */
export function mapLink({ latitude, longitude }: Pick<Place, "latitude" | "longitude">): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=${MAP_ZOOM}/${latitude}/${longitude}`;
}
