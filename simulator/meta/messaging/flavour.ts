import type { WorldConnection } from "../../api";
import { secretOf } from "../../provider";
import type { Keys, Refusal } from "../graph";

/** In what Messenger and Instagram differ; everything else they share. */
export interface Flavour {
  keys: Keys;
  hosts: readonly string[];
  /** Where files of customers lie, without credentials. */
  mediaHost: string;
  object: "page" | "instagram";
  title: string;
  /** What names us in events. */
  ourId(connection: WorldConnection): string;
  newMid(): string;
  text: { max: number; unit: "characters" | "bytes" };
  needsMessagingType: boolean;
  /** Whether echoes bring the metadata of a send back. */
  hasMetadata: boolean;
  /** Whether the app hears of deliveries; reads are told with a time, else with the message seen last. */
  hasWatermarks: boolean;
  hasUnsend: boolean;
  /** Graph writes the number of an edit as text on Instagram. */
  editNumber(count: number): string | number;
  refusals: { window: Refusal; unknown: Refusal; gone: Refusal; rate: Refusal };
  /** The word for where a link into the chat came from. */
  linkSource: string;
  /** Their answer about us, and about a customer. */
  account(connection: WorldConnection): Record<string, unknown>;
  customer(person: { id: string; name: string; username: string | null }): Record<string, unknown>;
}

export const nameOf = (flavour: Flavour): string => flavour.keys.provider;

/** The connection that a path names; `me` is the token's. */
export const namedIn = (flavour: Flavour, id: string, mine: readonly WorldConnection[]): WorldConnection | undefined =>
  (id === "me" ? mine[0] : mine.find((connection) => flavour.keys.ids.some((key) => secretOf(connection, key) === id)));
