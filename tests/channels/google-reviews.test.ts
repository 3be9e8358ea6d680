import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { ChannelConnection } from "../../worker/channels/channel";
import { googleReviews } from "../../worker/channels/google-reviews";
import { Content } from "../../worker/contract/content";
import { draft, google, NOW, rawOf, says } from "../support/google-channel";
import manifest from "./fixtures/google-reviews/manifest.json";
import oidc from "./fixtures/google-reviews/oidc.json";
import outbound from "./fixtures/google-reviews/outbound.json";

const files = import.meta.glob<string>("./fixtures/google-reviews/*", { query: "?raw", import: "default", eager: true });
const bodyOf = (name: string) => files[`./fixtures/google-reviews/${name}`]!;
const jsonOf = (name: string) => JSON.parse(bodyOf(name)) as Record<string, unknown>;

type Settings = z.infer<typeof googleReviews.settings>;
const LOCATION = "accounts/111/locations/222";
const REVIEW = `${LOCATION}/reviews/AbFvOqk1`;
const EMAIL = "inbox-push@example-project.iam.gserviceaccount.com";
let count = 0;
/** A grant of its own for each: tokens are remembered. */
const connect = (change: Partial<Settings> = {}): ChannelConnection<Settings> => ({
  id: "cn_1", accountId: "a_1", address: LOCATION, ownAddresses: [], country: "US",
  settings: googleReviews.settings.parse({ accountName: "accounts/111", locationName: LOCATION, placeName: "Northside Cycles", clientId: "id", clientSecret: "secret", refreshToken: `refresh-${++count}`, pushServiceAccount: EMAIL, ...change }),
});
const receive = (body: string, connection = connect()) => googleReviews.receive(rawOf(body), connection);
const push = (data: unknown) => JSON.stringify({ message: { data: btoa(typeof data === "string" ? data : JSON.stringify(data)), messageId: "1" } });
const refused = (name: string) => outbound.exchanges.find((one) => one.name === name)!.response;

describe("a push", () => {
  const clock = manifest.clock * 1_000;
  const judge = (token: string | undefined, { settings = {}, keys = says(200, oidc.jwks), at = clock }: { settings?: Partial<Settings>; keys?: () => Response; at?: number } = {}) => {
    const io = google([keys], { now: () => at });
    return googleReviews.verify(rawOf("{}", token === undefined ? {} : { Authorization: token }, oidc.audience), connect(settings), at, io);
  };

  it("with Google's signature for our service account and address is believed", async () => expect(await judge(`Bearer ${oidc.token}`)).toBe(true));
  it.each(oidc.negative.map(({ name, token }) => [name, token]))("with %s is not", async (_name, token) => expect(await judge(`Bearer ${token}`)).toBe(false));
  it.each([
    ["no token", undefined, {}], ["half a token", `Bearer ${oidc.token.slice(0, -4)}`, {}], ["another scheme", `Basic ${oidc.token}`, {}],
    ["a token for another connection's service account", `Bearer ${oidc.token}`, { settings: { pushServiceAccount: "other@example.com" } }],
    ["a token for another audience than ours", `Bearer ${oidc.token}`, { settings: { pushAudience: "https://other.example" } }],
    ["a token of tomorrow", `Bearer ${oidc.token}`, { at: clock - 600_000 }],
    ["a token where none is set up", `Bearer ${oidc.token}`, { settings: { pushServiceAccount: undefined } }],
  ])("with %s is not", async (_name, token, how) => expect(await judge(token, how)).toBe(false));

  it("by an unknown key is refused after one more look, and cannot be judged while Google does not give its keys", async () => {
    const later = clock + 2 * 24 * 3_600_000;
    const [head, body, signature] = oidc.token.split(".") as [string, string, string];
    const other = btoa(JSON.stringify({ alg: "RS256", kid: "unknown" })).replace(/=+$/, "");
    const claims = btoa(JSON.stringify({ ...oidc.claims, iat: later / 1_000, exp: later / 1_000 + 3_600 })).replace(/=+$/, "");
    await expect(judge(`Bearer ${other}.${claims}.${signature}`, { at: later, keys: says(503, "no") })).rejects.toThrow("503");
    expect(await judge(`Bearer ${other}.${claims}.${signature}`, { at: later })).toBe(false);
    expect(await judge(`Bearer ${head}.${claims}.${signature}`, { at: later })).toBe(false);
    expect(body).not.toBe(claims);
  });
});

describe("every recorded notification becomes what it says", () => {
  const pending = { kind: "pending", ref: REVIEW, at: NOW };
  const EVENTS: Record<string, object[]> = {
    "notification.new-review-v1.json": [pending], "notification.new-review-camel.json": [{ ...pending, ref: `${LOCATION}/reviews/AbFvOqk2` }], "notification.updated-review.json": [pending], "notification.duplicate.json": [pending],
    "notification.google-update.json": [{ kind: "other", label: "GOOGLE_UPDATE", at: NOW }],
    "notification.not-json.json": [{ kind: "other", label: "unreadable notification", at: NOW }],
  };
  const posts = manifest.files.filter(({ method }) => method === "POST").map(({ file }) => file);
  it("none is left out", () => expect(Object.keys(EVENTS).sort()).toEqual([...new Set(posts)].sort()));
  it.each(Object.entries(EVENTS))("%s", async (name, events) => expect(await receive(bodyOf(name))).toEqual(events));

  it("one about another location of the account is none of ours", async () => expect(await receive(bodyOf("notification.new-review-v1.json"), connect({ locationName: "locations/223" }))).toEqual([]));
  it.each(["accounts/111/locations/222/reviews/../../../x", "accounts/111/locations/222/reviews/"])("a name like %s leads nowhere", async (name) => expect((await receive(push({ review: name })))[0]).toMatchObject({ kind: "other" }));
});

describe("a review", () => {
  const collect = (body: unknown, connection = connect(), name = REVIEW) => googleReviews.collect!(name, connection, google([says(200, body)]));
  const person = (id: string, name: string) => ({ kind: "handle", address: `${LOCATION}/reviews/${id}`, name });

  it("with a reply says what the customer wrote, what we answered, and that Google still looks at it", async () => {
    const at = Date.parse("2026-11-22T09:58:01.123Z"), repliedAt = Date.parse("2026-11-22T10:05:00Z");
    const maria = person("AbFvOqk1", "Maria S.");
    const content = { kind: "review", stars: 4, place: "Northside Cycles", url: "https://business.google.com/reviews/x", original: null };
    expect(await collect(jsonOf("api-review.with-reply.json"))).toEqual([
      { kind: "message", externalId: REVIEW, from: maria, at, text: "Great service, a bit slow.", media: [], content },
      { kind: "edit", target: REVIEW, person: maria, by: "contact", text: "Great service, a bit slow.", content, version: at, at },
      { kind: "echo", externalId: `${REVIEW}/reply`, to: maria, at: repliedAt, text: "Thank you Maria!", media: [] },
      { kind: "edit", target: `${REVIEW}/reply`, person: maria, by: "us", text: "Thank you Maria!", version: repliedAt, at: repliedAt },
    ]);
  });

  it("of stars alone has no words", async () => expect(await collect(jsonOf("api-review.anonymous-rating-only.json"), connect(), `${LOCATION}/reviews/AbFvOqk2`)).toMatchObject([
    { kind: "message", from: person("AbFvOqk2", "A Google user"), text: "", content: { kind: "review", stars: 1, url: null } }, { kind: "edit" },
  ]));

  it("that Google translated is read translated, with its own words beside it and its pictures", async () => {
    const [message] = await collect(jsonOf("api-review.translated.json"), connect(), `${LOCATION}/reviews/AbFvOqk3`);
    expect(message).toMatchObject({ text: "Very good", content: { stars: 5, original: "Muy bueno 👍" }, media: [{ ref: "https://lh3.googleusercontent.com/p/1", type: "image/jpeg" }] });
    expect(Content.parse((message as { content: unknown }).content)).toEqual((message as { content: unknown }).content);
  });

  it.each([["APPROVED", "delivered"], ["ACTIVE", "delivered"], ["REJECTED", "failed"], ["PENDING", null], ["SOMETHING_NEW", null]])("whose reply is %s says so as %s", async (reviewReplyState, state) => {
    const events = await collect({ ...jsonOf("api-review.with-reply.json"), reviewReply: { comment: "x", updateTime: "2026-11-22T10:05:00Z", reviewReplyState, policyViolation: "OFF_TOPIC" } });
    const status = events.find(({ kind }) => kind === "status");
    if (state === null) expect(status).toBeUndefined();
    else expect(status).toMatchObject({ externalId: `${REVIEW}/reply`, state, ...(state === "failed" && { code: "reply-rejected", class: "permanent", detail: "OFF_TOPIC" }) });
  });

  it("that is gone was taken back", async () => expect(await googleReviews.collect!(REVIEW, connect(), google([says(404, refused("gone").body)]))).toEqual([{ kind: "delete", target: REVIEW, person: { kind: "handle", address: REVIEW }, by: "contact", at: NOW }]));
  it("that cannot be had now is asked for again", async () => expect(googleReviews.collect!(REVIEW, connect(), google([says(503, "no")]))).rejects.toThrow("http-503"));
  it("of somebody else's place is never asked for", async () => {
    const io = google([says(200, {})]);
    expect(await googleReviews.collect!("accounts/9/locations/9/reviews/x", connect(), io)).toEqual([]);
    expect(io.sent).toEqual([]);
  });
});

describe("a poll", () => {
  it("reads page after page until what is older, and takes nothing as stars that is none", async () => {
    const page = jsonOf("api-reviews-list.page.json") as { reviews: Record<string, unknown>[] };
    const old = { ...page.reviews[0], name: `${LOCATION}/reviews/old`, updateTime: "2026-11-01T00:00:00Z" };
    const io = google([says(200, page), says(200, { reviews: [old], nextPageToken: "more" })]);
    const events = await googleReviews.poll!(connect(), Date.parse("2026-11-22T09:00:00Z"), io);
    expect(events.flatMap((event) => (event.kind === "message" ? [[event.externalId, event.content]] : []))).toMatchObject([[REVIEW, { stars: 4 }], [`${LOCATION}/reviews/AbFvOqk2`, { stars: 0 }]]);
    expect(io.sent.map(({ url }) => url)).toEqual([
      `https://mybusiness.googleapis.com/v4/${LOCATION}/reviews?pageSize=50&orderBy=updateTime+desc`,
      `https://mybusiness.googleapis.com/v4/${LOCATION}/reviews?pageSize=50&orderBy=updateTime+desc&pageToken=tok`,
    ]);
  });
  it("finds an old review that was answered since", async () => {
    const review = { ...jsonOf("api-review.with-reply.json"), updateTime: "2026-11-01T00:00:00Z" };
    expect((await googleReviews.poll!(connect(), Date.parse("2026-11-22T10:00:00Z"), google([says(200, { reviews: [review] })]))).map(({ kind }) => kind)).toContain("echo");
  });
  it("of a place without reviews finds nothing", async () => expect(await googleReviews.poll!(connect(), 0, google([says(200, {})]))).toEqual([]));
  it("that is refused is tried again", async () => expect(googleReviews.poll!(connect(), 0, google([says(429, refused("not approved for API").body)]))).rejects.toThrow("not-approved"));
});

describe("a reply", () => {
  const reply = draft({ to: REVIEW, text: "Thank you!" });

  it("is put where the review is, with a token that is asked for once", async () => {
    const [{ request, response }] = outbound.exchanges as unknown as [{ request: { method: string; url: string; headers: Record<string, string>; body: object }; response: { status: number; body: object } }];
    const io = google([says(response.status, response.body)]);
    const connection = connect();
    expect(await googleReviews.send!(reply, connection, io)).toEqual({ ok: true, externalId: `${REVIEW}/reply` });
    expect(await googleReviews.edit!({ target: `${REVIEW}/reply`, to: REVIEW, text: "Thank you!" }, connection, io)).toEqual({ ok: true, externalId: `${REVIEW}/reply` });
    for (const { method, url, headers, body } of io.sent) {
      expect([method, url, JSON.parse(body)]).toEqual([request.method, request.url, request.body]);
      for (const [name, value] of Object.entries(request.headers)) expect(headers.get(name)).toBe(value);
    }
    expect(io.tokens.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([{ grant_type: "refresh_token", client_id: "id", client_secret: "secret", refresh_token: connection.settings.refreshToken }]);
  });

  it("is taken back by its name, and what is gone already counts as taken back", async () => {
    const io = google([says(200, {}), says(404, refused("gone").body), says(403, { error: { status: "PERMISSION_DENIED", message: "no" } })]);
    const take = () => googleReviews.unsend!({ target: `${REVIEW}/reply`, to: REVIEW }, connect(), io);
    expect([await take(), await take()]).toEqual([{ ok: true, externalId: `${REVIEW}/reply` }, { ok: true, externalId: `${REVIEW}/reply` }]);
    expect(await take()).toMatchObject({ ok: false, class: "config" });
    expect([io.sent[0]!.method, io.sent[0]!.url]).toEqual(["DELETE", `https://mybusiness.googleapis.com/v4/${REVIEW}/reply`]);
  });

  it.each([
    ["not approved for API", "config", "not-approved"], ["gone", "permanent", "NOT_FOUND"],
  ])("that is refused because of %s is %s", async (name, kind, code) => {
    const { status, body } = refused(name);
    const result = await googleReviews.send!(reply, connect(), google([says(status!, body)]));
    expect(result).toMatchObject({ ok: false, class: kind, code });
    expect(googleReviews.explain(code)).toMatch(/\.$/);
  });

  it.each([
    [429, { error: { status: "RESOURCE_EXHAUSTED", message: "slow" } }, "rate"], [400, { error: { status: "INVALID_ARGUMENT", message: "no" } }, "permanent"], [400, { error: { status: "FAILED_PRECONDITION", message: "unverified" } }, "config"],
    [403, { error: { status: "PERMISSION_DENIED", message: "no" } }, "config"], [500, { error: { status: "INTERNAL", message: "no" } }, "temporary"], [502, "<html>", "temporary"], [409, { error: { status: "ABORTED", message: "no" } }, "temporary"],
  ])("answered %i %j is %s", async (status, body, kind) => {
    const result = await googleReviews.send!(reply, connect(), google([says(status, body, { "retry-after": "7" })]));
    expect(result).toMatchObject({ ok: false, class: kind, retryAfterMs: 7_000 });
  });

  it("without the owner's consent fails as what an admin must renew; without Google's token service it is tried again", async () => {
    const { status, body } = refused("revoked");
    expect(await googleReviews.send!(reply, connect(), google([], { token: says(status!, body) }))).toMatchObject({ ok: false, class: "auth", code: "invalid_grant" });
    expect(googleReviews.explain("invalid_grant")).toContain("connect again");
    expect(await googleReviews.send!(reply, connect(), google([], { token: says(503, "") }))).toMatchObject({ ok: false, class: "temporary" });
    expect(await googleReviews.send!(reply, connect(), google([], { token: () => { throw new Error("no network"); } }))).toMatchObject({ ok: false, class: "temporary" });
  });

  it("with a token that Google no longer takes is tried with a new one", async () => {
    const io = google([says(401, { error: { status: "UNAUTHENTICATED", message: "no" } }), says(200, {})]);
    expect(await googleReviews.send!(reply, connect(), io)).toMatchObject({ ok: true });
    expect(io.tokens).toHaveLength(2);
    expect(await googleReviews.send!(reply, connect(), google([says(401, {})]))).toMatchObject({ ok: false, class: "auth" });
  });

  it.each([["automatic", { automated: true }, "people-only"], ["longer than Google takes", { text: "ü".repeat(2_049) }, "too-long"], ["to what is no review of ours", { to: "accounts/1/locations/2/reviews/../x" }, "NOT_FOUND"]])("that is %s does not leave", async (_what, change, code) => {
    const io = google([says(200, {})]);
    expect(await googleReviews.send!({ ...reply, ...change }, connect(), io)).toMatchObject({ ok: false, class: "permanent", code });
    expect(io.sent).toEqual([]);
    expect(googleReviews.explain(code)).toMatch(/\.$/);
  });
});

describe("a check of the connection", () => {
  const probe = (connection: ChannelConnection<Settings>, ...answers: (() => Response)[]) => googleReviews.probe!(connection, google(answers));
  it("finds nothing wrong when Google answers", async () => expect(await probe(connect(), says(200, { averageRating: 4 }))).toBeNull());
  it.each([
    ["the address is another", { ...connect(), address: "accounts/1/locations/1" }, says(200, {}), /Enter the same/],
    ["Google does not know the location", connect(), says(404, refused("gone").body), /does not know this location/],
    ["the project is not approved", connect(), says(429, refused("not approved for API").body), /not approved/],
    ["Google answers in HTML", connect(), says(200, "<html>"), /no usable answer/],
  ])("says when %s", async (_what, connection, answer, sentence) => expect(await probe(connection, answer)).toMatch(sentence));
});

it("pictures are fetched from Google's own hosts only", async () => {
  const io = google([says(200, "bytes")]);
  await googleReviews.download!({ ref: "https://lh3.googleusercontent.com/p/1" }, connect(), io);
  expect(io.sent[0]!.headers.get("authorization")).toBeNull();
  for (const ref of ["https://evil.example/x", "http://lh3.googleusercontent.com/p", "https://lh3.googleusercontent.com.evil.example/p", "https://a@lh3.googleusercontent.com/p"]) await expect(googleReviews.download!({ ref }, connect(), io)).rejects.toThrow("address refused");
});
