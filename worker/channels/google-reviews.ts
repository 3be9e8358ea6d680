import { z } from "zod";
import { type ChannelConnection, type ChannelIo, defineChannel, type InboundEvent, type SendResult, WORDS_AND_FILES } from "./channel";
import { callGoogle, GOOGLE_SENTENCES, type GoogleAnswer, type GoogleCall } from "./google-api";
import type { Grant } from "./google-auth";
import { isPushedByGoogle } from "./google-oidc";
import { pushedReview, removed, replyId, Review, REVIEW_NAME, reviewEvents, reviewOf, ReviewPage, timeOf } from "./google-reviews-read";
import { fetchOutside } from "./outside";

/** Reviews live in this version only: https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews */
const API = "https://mybusiness.googleapis.com/v4";
const REPLY_BYTES = 4_096;
const PAGE = 50;
/** Pages looked at in one poll: more than this many reviews in a quarter of an hour are somebody's campaign. */
const PAGES_MAX = 10;
/** Pages of a whole comparison, once a day: a place with more reviews than this is compared as far as it reaches, and nothing counts as gone. */
const WHOLE_PAGES_MAX = 200;
/** Of what the list does not show, so many are asked for by name in one poll before they count as gone; the next day takes the others. */
const GONE_MAX = 50;
/** Google lets 10 changes a minute through for each profile; people rarely write as many, and what is too many is tried again. */
const SENDS_PER_SECOND = 1;
/** Hosts that Google keeps reviewers' pictures on. */
const MEDIA_HOSTS = ["lh3.googleusercontent.com", "lh4.googleusercontent.com", "lh5.googleusercontent.com", "lh6.googleusercontent.com"];

/** A header carries ASCII only; a stray character means a bad paste. */
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const blank = z.literal("").transform(() => undefined);
const Settings = z.object({
  accountName: z.string().trim().regex(/^accounts\/\d{1,30}$/, "must look like accounts/111"),
  locationName: z.string().trim().regex(/^(?:accounts\/\d{1,30}\/)?locations\/\d{1,30}$/, "must look like locations/222"),
  placeName: blank.or(z.string().trim().max(120)).optional(),
  clientId: secret, clientSecret: secret, refreshToken: secret,
  pushServiceAccount: blank.or(z.email("must be the email address of a service account")).optional(),
  pushAudience: blank.or(secret).optional(),
});
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

/** Two of Google's APIs name a place with its account, one without. */
const locationOf = ({ accountName, locationName }: Pick<Settings, "accountName" | "locationName">): string => (locationName.startsWith("accounts/") ? locationName : `${accountName}/${locationName}`);

const Location = z.object({ reviews: z.array(z.unknown()).optional() });

/** Reviews on Google Business Profile: https://developers.google.com/my-business/content/review-data */
export const googleReviews = defineChannel({
  provider: "google-reviews",
  kind: "google",
  title: "Google reviews",
  // A name is nobody's own: each review is its own person.
  reaches: [{ kind: "handle", scoped: true }],
  settings: Settings,
  fields: [
    { key: "accountName", label: "Account", help: "accounts/…, from the list of accounts of the Business Profile API.", secret: false },
    { key: "locationName", label: "Location", help: "locations/…, from the list of that account's locations. The address of the connection is both together: accounts/…/locations/….", secret: false },
    { key: "placeName", label: "Name of the place", help: "Shown beside each review, for example Northside Cycles, Main Street.", secret: false, optional: true },
    { key: "clientId", label: "OAuth client ID", help: "Google Cloud console → APIs & Services → Credentials. The consent screen must be in production, or access ends after 7 days. The project needs Google's approval for the Business Profile API.", secret: false },
    { key: "clientSecret", label: "OAuth client secret", help: "Google Cloud console → APIs & Services → Credentials, beside the client ID.", secret: true },
    { key: "refreshToken", label: "Refresh token", help: "From signing in as a manager of the profile with offline access and the scope https://www.googleapis.com/auth/business.manage.", secret: true },
    { key: "pushServiceAccount", label: "Service account of the push subscription", help: "Google Cloud console → Pub/Sub → Subscriptions → your push subscription to our webhook address, with authentication on: the email address shown there. Without it we look for new reviews every 15 minutes.", secret: false, optional: true },
    { key: "pushAudience", label: "Audience of the push subscription", help: "Only if you entered one at the subscription; otherwise it is our webhook address.", secret: false, optional: true },
  ],
  capabilities: {
    text: { max: REPLY_BYTES, unit: "bytes" },
    subject: false, html: false, copies: false, media: null,
    ...WORDS_AND_FILES,
    // One reply for each review, whenever we like.
    window: { hours: null, adHours: null, humanHours: null, perTurn: 1 },
    edit: true, delete: true, public: true,
    // The same reply again overwrites itself.
    typing: false, readReceipts: false, deliveryReceipts: true, start: false, resend: "safe", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: (code) => SENTENCES[code] ?? GOOGLE_SENTENCES[code] ?? null,

  // An account has one topic for all its locations.
  sharesUrl: true,
  verify: async (request, { settings }, _now, io) =>
    io !== undefined && settings.pushServiceAccount !== undefined && isPushedByGoogle(request, { audience: settings.pushAudience ?? request.url, email: settings.pushServiceAccount }, io),
  receive: (request, { settings }) => Promise.resolve(pushedReview(request, locationOf(settings))),

  collect: reviewNow,

  /** Google keeps nothing of a removed review, and lets nobody keep what it says for over 30 days unseen: the daily comparison asks for all of them. */
  async poll(connection, since, io, known) {
    const { found, names } = await listed(connection, since, io, known ? WHOLE_PAGES_MAX : PAGES_MAX, known !== undefined);
    const missing = names === null ? [] : known?.filter((name) => !names.has(name)).slice(0, GONE_MAX) ?? [];
    // A list that is made while somebody writes may leave one out.
    for (const name of missing) found.push(...await reviewNow(name, connection, io));
    return found;
  },

  async send({ to, text, automated }, connection, io) {
    // Google allows no reply that no person of the business has approved.
    if (automated) return { ok: false, class: "permanent", code: "people-only", detail: "" };
    return put(to, text, connection, io);
  },
  edit: ({ to, text }, connection, io) => put(to, text, connection, io),
  async unsend({ target }, connection, io) {
    if (!isOurs(reviewOf(target), connection)) return { ok: false, class: "permanent", code: "NOT_FOUND", detail: target };
    const { failure, status } = await call({ method: "DELETE", url: `${API}/${replyId(reviewOf(target))}` }, connection, io);
    // Gone already is as good as gone now.
    return failure && status !== 404 ? failure : { ok: true, externalId: target };
  },

  download: ({ ref }, _connection, io) => fetchOutside(ref, io, { hosts: MEDIA_HOSTS }),

  async probe(connection, io) {
    const location = locationOf(connection.settings);
    if (connection.address !== location && connection.address !== connection.settings.locationName) return `The address of this connection is ${connection.address}, but the location is ${location}. Enter the same in both places.`;
    const { failure, status, body } = await call({ method: "GET", url: `${API}/${location}/reviews?pageSize=1` }, connection, io);
    if (status === 404) return "Google does not know this location, or you do not manage it. Check the two numbers.";
    if (failure) return SENTENCES[failure.code] ?? GOOGLE_SENTENCES[failure.code] ?? `Google refused: ${failure.detail}`;
    return Location.safeParse(body).success ? null : "Google gave no usable answer. Try again in a few minutes.";
  },
});

const SENTENCES: Readonly<Record<string, string>> = {
  NOT_FOUND: "This review is gone from Google, so nobody can reply to it.",
  PERMISSION_DENIED: "Google does not let us reply here. Ask an admin to check that the account manages this location and that the Business Profile API is switched on.",
  FAILED_PRECONDITION: "Google takes replies only for a verified location. Ask an admin to verify it in the Business Profile.",
  INVALID_ARGUMENT: "Google refused the words of this reply. Change them and send it again.",
  "too-long": `Google takes replies of at most ${REPLY_BYTES.toLocaleString("en")} bytes. Shorten it.`,
  "not-approved": "Google has not approved this project for the Business Profile API yet. Ask an admin to apply for it in the Google Cloud console.",
  "reply-rejected": "Google's moderation rejected this reply. Change its words to keep to Google's policies; it is not shown to anybody.",
  "people-only": "Replies to reviews are public and must be written by a person, so this automated one did not go out. Write it yourself.",
};

const grantOf = ({ clientId, clientSecret, refreshToken }: Settings): Grant => ({ kind: "refresh", clientId, clientSecret, refreshToken });
const call = (one: GoogleCall, { settings }: Connection, io: ChannelIo): Promise<GoogleAnswer> => callGoogle(one, grantOf(settings), io);

/** A name comes from a notification or a contact's address: it must be a review of our own location before it becomes part of a URL. */
const isOurs = (name: string, { settings }: Connection): boolean => REVIEW_NAME.exec(name)?.[1] === locationOf(settings);

async function put(review: string, text: string, connection: Connection, io: ChannelIo): Promise<SendResult> {
  if (!isOurs(review, connection)) return { ok: false, class: "permanent", code: "NOT_FOUND", detail: review };
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > REPLY_BYTES) return { ok: false, class: "permanent", code: "too-long", detail: `${bytes} bytes` };
  const { failure } = await call({ method: "PUT", url: `${API}/${replyId(review)}`, body: { comment: text } }, connection, io);
  return failure ?? { ok: true, externalId: replyId(review) };
}

/** A review as it stands, or that it is gone. */
async function reviewNow(name: string, connection: Connection, io: ChannelIo): Promise<InboundEvent[]> {
  if (!isOurs(name, connection)) return [];
  const answer = await call({ method: "GET", url: `${API}/${name}` }, connection, io);
  if (answer.status === 404) return [removed(name, io.now())];
  if (answer.failure) throw new Error(`Google did not give the review: ${answer.failure.code}`);
  return eventsOf(answer.body, connection, io.now());
}

/** Page after page, the newest change first: what changed since then, and the names of all reviews if the whole list was read (else null). */
async function listed(connection: Connection, since: number, io: ChannelIo, pagesMax: number, isWhole: boolean): Promise<{ found: InboundEvent[]; names: Set<string> | null }> {
  const found: InboundEvent[] = [];
  const names = new Set<string>();
  let pageToken = "";
  for (let page = 0; page < pagesMax; page++) {
    const query = new URLSearchParams({ pageSize: String(PAGE), orderBy: "updateTime desc", ...(pageToken !== "" && { pageToken }) });
    const answer = await call({ method: "GET", url: `${API}/${locationOf(connection.settings)}/reviews?${query.toString()}` }, connection, io);
    if (answer.failure) throw new Error(`Google did not give the reviews: ${answer.failure.code}`);
    const { reviews, nextPageToken } = ReviewPage.parse(answer.body ?? {});
    const fresh = reviews.filter((review) => changedAt(review) >= since);
    for (const review of fresh) found.push(...eventsOf(review, connection, io.now()));
    for (const review of reviews) names.add(Review.safeParse(review).data?.name ?? "");
    if (nextPageToken === "") return { found, names: isWhole ? names : null };
    if (!isWhole && fresh.length < reviews.length) break;
    pageToken = nextPageToken;
  }
  return { found, names: null };
}

function eventsOf(body: unknown, connection: Connection, now: number): InboundEvent[] {
  const review = Review.safeParse(body).data;
  if (!review || !isOurs(review.name, connection)) return [{ kind: "other", label: "unreadable review", at: now }];
  return reviewEvents(review, connection.settings.placeName ?? "", now);
}

/** A reply changes nothing about when the review was changed, so its own time counts too. */
function changedAt(body: unknown): number {
  const review = Review.safeParse(body).data;
  return review ? Math.max(timeOf(review.updateTime, 0), timeOf(review.reviewReply?.updateTime ?? "", 0)) : 0;
}
