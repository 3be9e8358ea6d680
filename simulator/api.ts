/** The JSON of `/simulator/api`, for the page and for scripts. Times are ISO 8601. */

/** One address of the demo account at a provider, with all that is needed to sign a request of one's own. */
export interface WorldConnection {
  provider: string;
  connectionId: string;
  address: string;
  webhookUrl: string;
  /** The settings of the connection as the app got them: `authToken`, `webhookSecret` … */
  secrets: Record<string, unknown>;
}

/** A probability from 0 to 1; `true` is 1. */
export type Chance = number | boolean;

/** What the network between the app and a provider is like. Left out means fair weather. */
export interface Weather {
  /** Every delivery and every answer takes from 0 to this long. */
  latencyMs?: number;
  /** A webhook is delivered a second time. */
  duplicate?: Chance;
  /** A webhook is held back so that later ones overtake it. */
  reorder?: Chance;
  /** A delivery attempt is lost on the way; the provider tries again if it does so in life. */
  drop?: Chance;
  /** Sends are refused with this HTTP status; 0 is none. */
  status?: number;
  /** `Retry-After` of such a refusal. */
  retryAfterS?: number;
  /** The first status callback arrives before the send is answered. */
  echoFirst?: Chance;
  /** A send is accepted, but the connection breaks within the answer. */
  loseResponse?: Chance;
  /** So many fetches of each inbound media file fail before it is there. */
  mediaFailures?: number;
  /** Webhooks wait a moment and travel several to a request, where the provider does so in life. */
  batch?: Chance;
}

/** Replaces the weather of one provider, or of all. A body with nothing but `seed` leaves the weather alone. */
export interface WeatherChange extends Weather { provider?: string; seed?: number }

/** `providers` holds those whose weather differs from `all`. */
export interface WeatherReport { seed: number; all: Weather; providers: Record<string, Weather> }

/** Moves the clocks of the pretend world on; the app's own stays. */
export interface ClockChange { forwardMs: number }
export interface ClockReport { now: string; aheadMs: number }

export interface Upload { name: string; type: string; base64: string }

/** A text message from a pretend phone. `to` may be left out where there is one number only. */
export interface SmsInbound { from: string; to?: string; text?: string; media?: Upload[]; /** The other people of a group text, where the carrier has groups. */ group?: string[] }

/**
 * What a mail is if no person wrote it. `bounce`, `delayed`, `read` and `complaint` report on the mail named by
 * `inReplyTo`; `true` is `out-of-office`.
 */
export type AutoMail = boolean | "out-of-office" | "newsletter" | "bounce" | "delayed" | "read" | "complaint";

/** A mail from a pretend mailbox. */
export interface MailInbound {
  from: string;
  fromName?: string;
  /** Left out: the reply address of the mail in `inReplyTo`, else our only mailbox. */
  to?: string | string[];
  cc?: string | string[];
  /** Left out in a reply: `Re:` and the subject answered. */
  subject?: string;
  text?: string;
  html?: string;
  /** A Message-ID, or the id of a message in `/threads`. */
  inReplyTo?: string;
  attachments?: Upload[];
  auto?: AutoMail;
  /** Appends the mail answered as mail programs do. */
  quote?: boolean;
  /** What our mail exchanger found out about the sender. */
  dmarc?: "pass" | "fail";
  /** For repeating a mail, or for breaking it: an empty text leaves the header out. */
  messageId?: string;
}

/** A visitor writes in the chat of the web page, without a browser. The same `visitor` is the same browser. */
export interface ChatInbound { visitor?: string; connectionId?: string; text: string; name?: string; email?: string; page?: string }

/** How the first attempt went. */
export interface InboundResult {
  /** The provider's id of the message: a SID, a Message-ID. */
  id: string;
  ids: string[];
  /** HTTP status of each delivery attempted so far; 0 when nobody answered. */
  delivered: number[];
  /** Copies that the weather holds back. */
  delayed: number;
  /** Copies that the weather lost. */
  lost: number;
}

export interface Media { name: string; type: string; size: number; /** Where the page finds the bytes; empty when they could not be had. */ url: string }

export interface Step { state: string; code: string | null; at: string; /** What the app answered to the callback; null when there was none to call. */ answered: number | null }

/** A message in the pretend world, in either direction. */
export interface WorldMessage {
  id: string;
  provider: string;
  connectionId: string;
  /** `provider` is an answer that the provider gives by itself, such as to STOP. */
  by: "app" | "customer" | "provider";
  at: string;
  from: string;
  /** Several addresses are joined by ", ". */
  to: string;
  text: string;
  state: string;
  code: string | null;
  media: Media[];
  history: Step[];
  /** The fields of the request as they came, without the bytes of files. */
  raw: Record<string, unknown>;
  /** Everybody of a group text but us. */
  group?: string[];
  mail?: MailFacts;
  app?: AppFacts;
}

/** What a customer sees of a message in a messenger app besides its words and files. */
export interface AppFacts {
  /** `text`, `media`, `voice`, `sticker`, `template` and so on: the kinds of `AppInbound`. */
  kind: string;
  /** The message it answers. */
  replyTo?: string;
  reactions?: { by: "app" | "customer"; emoji: string }[];
  edits?: number;
  deleted?: boolean;
  location?: { latitude: number; longitude: number; name?: string; address?: string };
  contacts?: { name: string; phones: string[] }[];
  /** Header and footer of a template or of an interactive message; its body is the text. */
  header?: string;
  footer?: string;
  buttons?: { kind: "button" | "reply" | "list" | "quick-reply" | "postback" | "link"; text: string; payload?: string }[];
  /** A story, a shared post, a link. */
  link?: { title: string; url: string };
}

export interface MailFacts {
  fromName: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string | null;
  subject: string;
  html: string | null;
  messageId: string;
  inReplyTo: string | null;
  references: string[];
  headers: Record<string, string>;
}

/** Everything people see, oldest message first; the thread with the newest message comes first. */
export interface Threads {
  phones: PhoneThread[];
  mailboxes: Mailbox[];
}
export interface PhoneThread { provider: string; connectionId: string; ours: string; customer: string; optedOut: boolean; messages: WorldMessage[]; /** Everybody of a group text but us. */ group?: string[]; /** In a messenger app. */ person?: AppPerson }

/** A customer as a messenger app knows them. */
export interface AppPerson {
  name: string;
  username: string | null;
  /** Without +; null where the app has no numbers. */
  phone: string | null;
  /** The id that businesses get in its place. */
  userId: string;
  hidesPhone: boolean;
  blocked: boolean;
  /** False after they stopped marketing messages. */
  marketing: boolean;
  /** Until when we may answer freely; null before they wrote. */
  windowEndsAt: string | null;
  /** We are writing, as their app shows it. */
  typing: boolean;
  /** TikTok: messages that we may still write before they answer. */
  left?: number;
  /** TikTok: lives where it passes no messages on. */
  isEuropean?: boolean;
  /** RCS: the phone takes none. */
  hasNoRcs?: boolean;
}
export interface Mailbox { address: string; name: string; messages: WorldMessage[] }

/** Forces a state on something the app sent, in the provider's own words: `undelivered`, `bounced` … */
export interface StatusChange { id: string; state: string; code?: string }

/** One HTTP exchange between the app and a provider. Credentials are masked, long bodies cut. */
export interface WireLine {
  n: number;
  at: string;
  provider: string;
  /** `call`: the app called the provider. `webhook`, `mail`: the provider called the app. */
  kind: "call" | "webhook" | "mail";
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  request: string;
  /** 0 when there was no answer. */
  status: number;
  response: string;
  ms: number;
  /** What the weather did to it. */
  note: string | null;
}

/** What every refusal of this API looks like. */
export interface ApiProblem { error: string }
