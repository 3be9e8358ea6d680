import type { InboundResult, Weather, WorldConnection, WorldMessage } from "./api";
import type { Blobs } from "./blobs";
import type { Messages } from "./messages";
import type { Notes } from "./notes";

/** A request of the app to a provider, its body read once. */
export interface Call { method: string; url: URL; headers: Headers; body: Uint8Array<ArrayBuffer> }

export interface Answer { status: number; headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> }

/** Something a provider brings to the app. `eventId` stays the same over all copies and attempts. */
export type Delivery =
  | { kind: "webhook"; provider: string; connectionId: string; eventId: string; url: string; type: string; body: string; messageId: string | null }
  | { kind: "mail"; provider: string; connectionId: string; eventId: string; from: string; to: string; blob: string; messageId: string | null };

export type Webhook = Extract<Delivery, { kind: "webhook" }>;

/** A state the message reaches after so many milliseconds. */
export interface PlannedStep { afterMs: number; state: string; code: string | null }

/** The world as a provider sees it. */
export interface Realm {
  now(): number;
  connections(): WorldConnection[];
  messages: Messages;
  blobs: Blobs;
  notes: Notes;
  weather: Weather;
  /** Sets a delivery on its way; resolves when what is not delayed has been tried once. */
  deliver(delivery: Delivery): Promise<Pick<InboundResult, "delivered" | "delayed" | "lost">>;
  /** Stores what the app asked to send and plans what becomes of it. */
  accept(message: WorldMessage, steps: PlannedStep[]): void;
  /** Fetches a public URL of the app, as the provider does for media. */
  fetchPublic(url: string): Promise<Response>;
  /** Calls `later` of the same provider with `what` after so many milliseconds. `what` is JSON. */
  later(afterMs: number, what: unknown): Promise<void>;
  /** Asks the app as a browser would. */
  browse(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response>;
}

/** What a message's new state sets off; the state may differ from the planned one. */
export interface Progress { state: string; code: string | null; delivery: Delivery | null }

/** One company of the pretend world. Everything it knows about weather is `refuse`. */
export interface Provider {
  readonly name: string;
  /** Where the app finds it. */
  readonly hosts: readonly string[];
  /** Where several companies answer at one host: how well this one knows a call; the highest answers. */
  claim?(call: Call, realm: Realm): number;
  /** States after which the plan of a message ends. */
  readonly finalStates: readonly string[];
  isSend(call: Call): boolean;
  answer(call: Call, realm: Realm): Promise<Answer>;
  /** How it words a refusal that has nothing to do with the request. */
  refuse(status: number, retryAfterS: number | null): Answer;
  /** A customer does something. Throws `Refused` when the pretend input makes no sense. */
  receive(input: unknown, realm: Realm): Promise<InboundResult>;
  /** What the app is told when a message of its own reaches a state. */
  progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress>;
  /** Headers of one attempt; signatures with a time are made anew for each. */
  sign(delivery: Webhook, connection: WorldConnection, now: number): Promise<Record<string, string>>;
  /** The body of one attempt, where the proof stands in it. */
  sealed?(delivery: Webhook, connection: WorldConnection, now: number): Promise<string>;
  /** The pauses between attempts that were not answered with 2xx. */
  retryDelaysMs(delivery: Delivery, status: number): readonly number[];
  /** The app answered an attempt with this status, whatever happens next. */
  answered?(delivery: Delivery, status: number, realm: Realm): void;
  /** Two webhooks in one request, where the company sends such batches. */
  merge?(first: Webhook, second: Webhook): Webhook;
  /** What it asked to be reminded of. */
  later?(what: unknown, realm: Realm): Promise<void>;
  /** Further things to do with it, by the last part of the path: `POST /simulator/api/{provider}/{action}`. */
  readonly actions?: Readonly<Record<string, (input: unknown, realm: Realm) => Promise<unknown>>>;
  /** The same for `GET`. */
  readonly views?: Readonly<Record<string, (realm: Realm) => unknown>>;
  /** Where what the app asked to deliver is not in the message list. */
  sent?(realm: Realm): Promise<WorldMessage[]>;
}

/** The caller of the simulator's API asked for something that cannot be; becomes a 4xx. */
export class Refused extends Error {
  constructor(message: string, readonly status = 400) {
    super(message);
  }
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  ({ status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, body: JSON.stringify(body) });

export const text = (body: Uint8Array): string => new TextDecoder().decode(body);

/** The secrets a connection was seeded with are JSON from outside: anything but a text is as good as missing. */
export const secretOf = (connection: WorldConnection, key: string): string => {
  const value = connection.secrets[key];
  return typeof value === "string" ? value : "";
};

/** The connection a customer means: by address or id, else the only one. */
export function addressed(provider: string, realm: Realm, address: string | undefined): WorldConnection {
  const all = realm.connections().filter((connection) => connection.provider === provider);
  const found = address === undefined ? all[0] : all.find((connection) => connection.address === address || connection.connectionId === address);
  if (!found) throw new Refused(address === undefined ? `there is no ${provider} connection` : `${address} is not a ${provider} address of ours`, 404);
  return found;
}
