import { z } from "zod";
import type { AppPerson } from "../api";
import type { Notes } from "../notes";
import { Refused } from "../provider";

const HOUR_MS = 3_600_000;
const WINDOW_MS = 24 * HOUR_MS;
/** After a tap on an ad, and for people who write with the tag for people. */
export const LONG_WINDOW_MS = 7 * 24 * HOUR_MS;

/** One customer of one connection. Times are of the pretend world, in ms. */
export interface Person {
  /** What messages name them by: `+` and the number where there is one, else the user id. */
  id: string;
  name: string;
  username: string | null;
  phone: string | null;
  userId: string;
  hidesPhone: boolean;
  blocked: boolean;
  marketing: boolean;
  heardAt: number | null;
  /** When an ad brought them here. */
  adAt: number | null;
  typingUntil: number;
  /** How long a reply may be written freely, where that is not Meta's day. */
  windowMs?: number;
  /** Messages that the business may still write before they answer; left out where nobody counts. */
  left?: number;
  /** Lives where TikTok passes no messages on. */
  isEuropean?: boolean;
  /** Their phone takes no RCS, or it is switched off. */
  hasNoRcs?: boolean;
}

const key = (provider: string, connectionId: string, id: string) => `${provider} person ${connectionId} ${id}`;
const aliasKey = (provider: string, connectionId: string, id: string) => `${provider} alias ${connectionId} ${id}`;

/** The customers that one connection knows, by each of their ids. */
export class People {
  constructor(private readonly notes: Notes, private readonly provider: string, private readonly connectionId: string) {}

  find(id: string): Person | null {
    const known = this.notes.get<string>(aliasKey(this.provider, this.connectionId, id)) ?? id;
    return this.notes.get<Person>(key(this.provider, this.connectionId, known));
  }

  put(person: Person): Person {
    this.notes.put(key(this.provider, this.connectionId, person.id), person);
    for (const alias of [person.userId, person.phone]) if (alias !== null && alias !== person.id) this.notes.put(aliasKey(this.provider, this.connectionId, alias), person.id);
    return person;
  }

  change(id: string, edit: Partial<Person>): void {
    const person = this.find(id);
    if (person) this.put({ ...person, ...edit });
  }

  /** Somebody with a new number or id: the old ones no longer reach them. */
  rename(before: Person, after: Person): Person {
    this.notes.delete(key(this.provider, this.connectionId, before.id));
    for (const alias of [before.userId, before.phone]) if (alias !== null) this.notes.delete(aliasKey(this.provider, this.connectionId, alias));
    return this.put(after);
  }
}

/** Until when we may answer freely. */
const windowEnd = ({ heardAt, adAt, windowMs = WINDOW_MS }: Person): number | null =>
  heardAt === null && adAt === null ? null : Math.max((heardAt ?? 0) + windowMs, adAt === null ? 0 : adAt + LONG_WINDOW_MS);

export const isWindowOpen = (person: Person | null, now: number): boolean => person !== null && now < (windowEnd(person) ?? 0);

/** For the page. */
export function personOf(notes: Notes, provider: string, connectionId: string, id: string, now: number): AppPerson {
  const person = new People(notes, provider, connectionId).find(id);
  const end = person && windowEnd(person);
  return {
    name: person?.name ?? "", username: person?.username ?? null, phone: person?.phone ?? null, userId: person?.userId ?? id, hidesPhone: person?.hidesPhone ?? false,
    blocked: person?.blocked ?? false, marketing: person?.marketing ?? true, windowEndsAt: end === null ? null : new Date(end).toISOString(), typing: (person?.typingUntil ?? 0) > now,
    ...(person?.left !== undefined && { left: person.left }), ...(person?.isEuropean && { isEuropean: true }), ...(person?.hasNoRcs && { hasNoRcs: true }),
  };
}

/** `POST {provider}/people`: what a customer does to us without a message. */
export const PersonChange = z.object({ from: z.string().min(1), to: z.string().optional(), blocked: z.boolean().optional(), hidesPhone: z.boolean().optional(), isEuropean: z.boolean().optional(), name: z.string().optional(), username: z.string().nullable().optional() });

/** Their app lets nobody write to whom they blocked. */
export function mayWrite(person: Person): Person {
  if (person.blocked) throw new Refused(`${person.name} has blocked you: unblock first`, 409);
  return person;
}
