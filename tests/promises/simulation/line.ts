import type { Posted } from "../../support/hooks";

/** What a provider's word says of a message of ours; "nothing": only that it is there. */
export type Says = "nothing" | "sent" | "delivered" | "read" | "failed";

/** A request of ours, with its body read. */
export interface Asked { url: URL; method: string; headers: Headers; body: string }

/** A request to send. `reference` and `statusUrl` are what we gave; `key` makes a repeat the same message. */
export interface Sending { to: string; reference?: string; statusUrl?: string; key?: string }

/** A message that a provider has taken. */
export interface Taken { id: string; to: string; words: string; reference: string; at: number }

/** Where an event happens: our address and that customer's. */
export interface Place { ours: string; customer: string; settings: Record<string, unknown> }

/** Something a customer said or did, in the provider's words; `at` is the provider's time. */
export interface Told extends Place { id: string; at: number; words: string; /** The message it is about. */ target: string; version: number; emoji: string | null; picture: string }

/**
 * What may happen on a line. Plain words come as `support/hooks.ts` writes them unless the line has its own way. `app`: somebody of ours writes in the provider's own app.
 */
export type Act = "words" | "picture" | "edit" | "unsend" | "react" | "app";

/** One provider, as the simulated world plays it. Its webhooks' plain messages and signatures are those of `support/hooks.ts`. */
export interface Line {
  /** Whose address a customer has here: their contact's phone or mailbox, or an id that is somebody new to us. */
  reaches: "phone" | "mail" | "user";
  /** The address by which we write to a customer, where it is not their own. */
  addressOf?(customer: string): string;
  /** What the connection is made with; left out: what `support/hooks.ts` says. */
  connects?: { address: string; settings: Record<string, unknown> };
  /** The secret that ends, if one does. */
  token?: string;
  /** Null: no request to send, or not to this provider. */
  reads(asked: Asked): Sending | null;
  /** Its answers. `unavailable` says surely not sent where it is "later", and leaves it open where it is "none". */
  takes(id: string): Response;
  refuses: Record<"for good" | "busy" | "token", (headers: Record<string, string>) => Response> & { unavailable: { answer: "later" | "none"; response(): Response } };
  /** The id under which it takes a message, where we choose it. */
  idOf?(sending: Sending): string;
  /** What it says of messages later, word for word, and how often each story happens. */
  stories: readonly (readonly [number, readonly string[]])[];
  words: Record<string, { says: Says; /** It speaks of all before it too. */ isWatermark?: boolean; post(taken: Taken, place: Place): Posted }>;
  acts: Partial<Record<Act, (told: Told) => Posted>>;
  /** Answers what is no request to send: files (their name is the token that `picture` gave), names, tokens. Null: an empty object. `file` answers with the file itself. */
  serves?(asked: Asked, file: (name: string) => Response): Response | null;
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response => Response.json(body, { status, headers });
export const posted = (body: unknown): Posted => ({ type: "application/json", body: JSON.stringify(body) });
/** The reference that a status address of ours carries. */
export const referenceIn = (statusUrl: string): string => (URL.canParse(statusUrl) ? new URL(statusUrl).searchParams.get("ref") ?? "" : "");
/** The last part of a file's address. */
export const fileIn = (url: URL): string => url.pathname.split("/").at(-1)!;
