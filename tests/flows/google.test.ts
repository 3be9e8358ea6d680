import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationPage } from "../../worker/contract/conversation";
import type { ComposeCheck } from "../../worker/contract/compose";
import type { Entry } from "../../worker/contract/entry";
import { pollOne, pollQuarterly } from "../../worker/jobs/poll";
import { newHook, type TestHook } from "../support/hooks";
import { fakeProvider, type Sent } from "../support/provider";
import { settles } from "../support/socket";

interface Review { name: string; reviewer: { displayName: string }; starRating: string; comment: string; createTime: string; updateTime: string; reviewReply?: { comment: string; updateTime: string; reviewReplyState?: string } }

/** Google with one place's reviews. `refuse` answers the next call instead. */
class Google {
  readonly reviews = new Map<string, Review>();
  refuse: (() => Response) | null = null;
  /** What is answered instead of an access token. */
  token: (() => Response) | null = null;
  /** Reviews of one page. */
  get page(): number { return 50; }
  listed = (): Review[] => [...this.reviews.values()].toSorted((a, b) => (a.updateTime < b.updateTime ? 1 : -1));
  readonly provider = fakeProvider((_nth, sent) => this.answer(sent));
  private clock = Date.now() - 3_600_000;

  tick(): string { return new Date(this.clock += 1_000).toISOString(); }
  write(name: string, stars: string, comment: string, author = "Maria S."): Review {
    const at = this.tick();
    const review = { name, reviewer: { displayName: author }, starRating: stars, comment, createTime: this.reviews.get(name)?.createTime ?? at, updateTime: at, ...(this.reviews.get(name)?.reviewReply && { reviewReply: this.reviews.get(name)!.reviewReply! }) };
    this.reviews.set(name, review);
    return review;
  }
  get calls(): Sent[] { return this.provider.sent.filter(({ url }) => url.endsWith("/reply")); }

  private answer({ url, body }: Sent): Response {
    const { host, pathname, searchParams } = new URL(url);
    if (host === "oauth2.googleapis.com" && this.token) return this.token();
    if (host === "oauth2.googleapis.com") return Response.json({ access_token: "T", expires_in: 3600 });
    const refused = this.refuse?.();
    this.refuse = null;
    if (refused) return refused;
    const name = pathname.replace(/^\/v4\//, "");
    if (name.endsWith("/reviews")) {
      const all = this.listed().filter((one) => one.name.startsWith(name));
      const start = Number(searchParams.get("pageToken") ?? 0);
      return Response.json({ reviews: all.slice(start, start + this.page), ...(start + this.page < all.length && { nextPageToken: String(start + this.page) }) });
    }
    const review = this.reviews.get(name.replace(/\/reply$/, ""));
    if (!review) return Response.json({ error: { code: 404, status: "NOT_FOUND", message: "Requested entity was not found." } }, { status: 404 });
    if (!name.endsWith("/reply")) return Response.json(review);
    if (body === "") {
      delete review.reviewReply;
      return Response.json({});
    }
    review.reviewReply = { comment: (JSON.parse(body) as { comment: string }).comment, updateTime: this.tick() };
    return Response.json(review.reviewReply);
  }
}

let google: Google, hook: TestHook, count = 0;
beforeEach(async () => {
  google = new Google();
  hook = await newHook("google-reviews");
});
afterEach(() => { google.provider.restore(); vi.restoreAllMocks(); });

const newReview = () => `${hook.address}/reviews/Ab${Date.now()}${++count}`;
const pushed = async (name: string) => {
  const posted = { type: "application/json", body: JSON.stringify({ message: { data: btoa(JSON.stringify({ type: "NEW_REVIEW", review_name: name })), messageId: "1" } }) };
  expect((await hook.post(posted, hook.signed(posted))).status).toBe(200);
};
const get = async <T>(path: string): Promise<T> => (await hook.owner.fetch(path)).json<T>();
const list = async (filter: object = {}): Promise<Conversation[]> => (await get<ConversationPage>(`/api/v1/conversations?filter=${encodeURIComponent(JSON.stringify(filter))}`)).items;
async function only(): Promise<{ id: string; entries: Entry[] }> {
  const items = await vi.waitFor(async () => { const found = await list(); expect(found).toHaveLength(1); return found; }, { timeout: 10_000, interval: 50 });
  return { id: items[0]!.id, entries: (await get<{ items: Entry[] }>(`/api/v1/conversations/${items[0]!.id}/entries`)).items };
}
async function replied(id: string, text: string): Promise<Response> {
  const session = await hook.owner.session("owner");
  return hook.owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", text, undoMs: 0 } }, session);
}

describe("a review", () => {
  it("comes in with its stars as a conversation of its own, once, however often it is told", async () => {
    const name = newReview();
    google.write(name, "TWO", "Too slow");
    await pushed(name);
    await pushed(name);
    await pollOne(hook.account, hook.id, Date.now());
    const { id, entries } = await only();
    expect(entries).toMatchObject([{ direction: "in", text: "Too slow", author: { name: "Maria S." }, content: { kind: "review", stars: 2 } }]);
    expect(await get(`/api/v1/conversations/${id}`)).toMatchObject({ kind: "review", stars: 2, contactName: "Maria S.", needsReply: true });
  });

  it("of a namesake is another person's", async () => {
    const [one, other] = [newReview(), newReview()];
    google.write(one, "FIVE", "Great");
    google.write(other, "ONE", "Bad");
    await pollOne(hook.account, hook.id, Date.now());
    const found = await vi.waitFor(async () => { const items = await list(); expect(items).toHaveLength(2); return items; }, { timeout: 10_000, interval: 50 });
    expect(new Set(found.map(({ contactId }) => contactId)).size).toBe(2);
    expect((await list({ stars: 1 })).map(({ stars }) => stars)).toEqual([1]);
    expect(await list({ stars: 3 })).toEqual([]);
  });

  it("that is changed shows the new words and stars, keeps the old ones, and opens the conversation again", async () => {
    const name = newReview();
    google.write(name, "ONE", "Awful");
    await pushed(name);
    const { id } = await only();
    await hook.owner.fetch(`/api/v1/conversations/${id}`, { method: "PATCH", json: { status: "closed" } });
    google.write(name, "FIVE", "They made it right");
    await pushed(name);
    const entries = (await get<{ items: Entry[] }>(`/api/v1/conversations/${id}/entries`)).items;
    expect(entries.find(({ direction }) => direction === "in")).toMatchObject({ text: "They made it right", content: { stars: 5 }, history: [{ text: "Awful" }] });
    expect(await get(`/api/v1/conversations/${id}`)).toMatchObject({ status: "open", stars: 5 });
  });

  it("that was removed at Google is removed here", async () => {
    const name = newReview();
    google.write(name, "ONE", "Slander");
    await pushed(name);
    await only();
    google.reviews.clear();
    await pushed(name);
    expect((await only()).entries).toMatchObject([{ deleted: true, deletedBy: "contact", text: "", content: null }]);
  });

  it("that stands there again after it was gone is here again", async () => {
    const name = newReview();
    google.write(name, "ONE", "Slander");
    await pushed(name);
    const { id } = await only();
    google.reviews.clear();
    await pushed(name);
    expect((await get<Conversation>(`/api/v1/conversations/${id}`)).stars).toBeUndefined();
    const session = await hook.owner.session("owner");
    const verdict = async () => (await (await hook.owner.fetch(`/api/v1/conversations/${id}/check`, {}, session)).json<ComposeCheck>()).channels.map(({ outcome, reason }) => [outcome, reason]);
    expect(await verdict()).toEqual([["refused", "review-gone"]]);
    const reply = await hook.owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", text: "Sorry to hear" } }, session);
    expect([reply.status, await reply.json()]).toEqual([422, expect.objectContaining({ reason: "review-gone", detail: expect.stringContaining("was deleted") })]);
    google.write(name, "FOUR", "Not so bad");
    await pushed(name);
    expect((await only()).entries).toMatchObject([{ deleted: false, text: "Not so bad", content: { stars: 4 } }]);
    expect(await verdict()).toEqual([["warning", "public"]]);
    expect(await get(`/api/v1/conversations/${id}`)).toMatchObject({ status: "open", stars: 4, preview: { text: "Not so bad" } });
  });

  it("that Google does not give at once is fetched later", async () => {
    const name = newReview();
    google.write(name, "FOUR", "Later");
    const down = () => new Response("no", { status: 503 });
    const spy = vi.spyOn(google as unknown as { answer: () => Response }, "answer").mockImplementation(down);
    await pushed(name);
    spy.mockRestore();
    const kept = await hook.account.bucket.list({ prefix: `a/${hook.account.id}/inbound/` });
    expect(kept.objects).toHaveLength(1);
  });
});

describe("our reply", () => {
  let name: string, id: string;
  beforeEach(async () => {
    name = newReview();
    google.write(name, "THREE", "So so");
    await pushed(name);
    id = (await only()).id;
  });
  const ours = async () => (await get<{ items: Entry[] }>(`/api/v1/conversations/${id}/entries`)).items.filter(({ direction }) => direction === "out");
  const sent = () => settles(async () => expect((await ours()).at(-1)).toMatchObject({ state: "sent" }));

  it("is announced as public, goes to Google, and there is one", async () => {
    const session = await hook.owner.session("owner");
    const check = await (await hook.owner.fetch(`/api/v1/conversations/${id}/check?channel=google`, {}, session)).json<ComposeCheck>();
    expect(check.channels[0]).toMatchObject({ outcome: "warning", reason: "public", sentence: expect.stringContaining("public") as string, window: { state: "open", closesAt: null, left: 1 } });
    expect((await replied(id, "Thank you")).status).toBe(201);
    await sent();
    expect(google.calls.map(({ url, body }) => [url, body])).toEqual([[`https://mybusiness.googleapis.com/v4/${name}/reply`, '{"comment":"Thank you"}']]);
    const second = await replied(id, "Thanks again");
    expect([second.status, (await second.json<{ detail: string }>()).detail]).toEqual([422, expect.stringContaining("one reply only")]);
    await pushed(name);
    expect(await ours()).toHaveLength(1);
  });

  it("can be changed, taken back and written anew", async () => {
    await replied(id, "Thank you");
    await sent();
    const [first] = await ours();
    const session = await hook.owner.session("owner");
    const changed = await hook.owner.fetch(`/api/v1/conversations/${id}/entries/${first!.id}`, { method: "PATCH", json: { text: "Thank you, Maria" } }, session);
    expect([changed.status, await changed.json()]).toEqual([200, expect.objectContaining({ text: "Thank you, Maria", history: [expect.objectContaining({ text: "Thank you" })] })]);
    expect(google.reviews.get(name)!.reviewReply!.comment).toBe("Thank you, Maria");
    expect((await hook.owner.fetch(`/api/v1/conversations/${id}/entries/${first!.id}`, { method: "DELETE" })).status).toBe(200);
    expect(google.reviews.get(name)!.reviewReply).toBeUndefined();
    expect((await replied(id, "Another")).status).toBe(201);
    await sent();
    const [, second] = await ours();
    expect((await hook.owner.fetch(`/api/v1/conversations/${id}/entries/${second!.id}`, { method: "PATCH", json: { text: "Another one" } }, session)).status).toBe(200);
    await pushed(name);
    expect((await ours()).map(({ text, deleted }) => [text, deleted])).toEqual([["", true], ["Another one", false]]);
  });

  it("that Google refuses leaves room for another", async () => {
    google.refuse = () => Response.json({ error: { status: "INVALID_ARGUMENT", message: "no" } }, { status: 400 });
    await replied(id, "Bad words");
    await settles(async () => expect((await ours()).at(-1)).toMatchObject({ state: "failed", failure: { code: "INVALID_ARGUMENT" } }));
    expect((await replied(id, "Good words")).status).toBe(201);
    await sent();
  });

  it("that meets a busy Google goes out at the next try", async () => {
    google.refuse = () => Response.json({ error: { status: "UNAVAILABLE", message: "no" } }, { status: 503 });
    await replied(id, "Thank you");
    await sent();
    expect((await ours()).at(-1)!.attempts.map(({ outcome }) => outcome)).toEqual(["retry", "sent"]);
  });

  it("that somebody wrote on Google is ours, and so is what they change there", async () => {
    google.reviews.get(name)!.reviewReply = { comment: "Written at Google", updateTime: google.tick() };
    await pushed(name);
    google.reviews.get(name)!.reviewReply = { comment: "Changed at Google", updateTime: google.tick() };
    await pushed(name);
    expect(await ours()).toMatchObject([{ text: "Changed at Google", state: "sent", history: [{ text: "Written at Google" }] }]);
    expect((await replied(id, "Another")).status).toBe(422);
  });

  it.each([["APPROVED", "delivered", null], ["REJECTED", "failed", "reply-rejected"]])("is %s by Google's moderation", async (reviewReplyState, state, code) => {
    await replied(id, "Thank you");
    await sent();
    Object.assign(google.reviews.get(name)!.reviewReply!, { reviewReplyState });
    await pushed(name);
    expect((await ours())[0]).toMatchObject({ state, failure: code === null ? null : { code } });
  });

  it("is never written by automation", async () => {
    const key = await hook.owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", text: "Thanks!", undoMs: 0 } });
    expect([key.status, await key.json()]).toEqual([422, expect.objectContaining({ reason: "people-only", detail: expect.stringContaining("written by a person") as string })]);
    const check = await get<ComposeCheck>(`/api/v1/conversations/${id}/check?channel=google`);
    expect(check.channels[0]).toMatchObject({ outcome: "refused", reason: "people-only" });
    expect([google.calls, await ours()]).toEqual([[], []]);
  });

  it("is not changed by automation either, but may be taken back by it", async () => {
    await replied(id, "Thank you");
    await sent();
    const [reply] = await ours();
    const at = `/api/v1/conversations/${id}/entries/${reply!.id}`;
    expect((await hook.owner.fetch(at, { method: "PATCH", json: { text: "Buy now" } })).status).toBe(422);
    expect(google.reviews.get(name)!.reviewReply!.comment).toBe("Thank you");
    expect((await hook.owner.fetch(at, { method: "DELETE" })).status).toBe(200);
  });
});

describe("the poll", () => {
  it("asks every connection once in a quarter of an hour, from where it last stopped", async () => {
    const asked = () => google.provider.sent.filter(({ url }) => url.includes(`${hook.address}/reviews?`)).length;
    const start = Math.ceil(Date.now() / 900_000) * 900_000;
    for (const minutes of [0, 5, 10]) await pollQuarterly(env, start + minutes * 60_000);
    expect(asked()).toBe(1);
    const old = newReview();
    google.reviews.set(old, { ...google.write(old, "ONE", "Old"), updateTime: new Date(start - 3_600_000).toISOString(), createTime: new Date(start - 3_600_000).toISOString() });
    for (const minutes of [15, 20, 25]) await pollQuarterly(env, start + minutes * 60_000);
    expect([asked(), await list()]).toEqual([2, []]);
  });

  it("that Google refuses tells the admin why, and is made up for", async () => {
    const name = newReview();
    google.write(name, "FIVE", "Found late");
    const no = () => Response.json({ error: { status: "PERMISSION_DENIED", message: "no" } }, { status: 403 });
    const spy = vi.spyOn(google as unknown as { answer: () => Response }, "answer").mockImplementation(no);
    await pollOne(hook.account, hook.id, Date.now());
    spy.mockRestore();
    expect((await get<{ health: { sentence: string } }>(`/api/v1/connections/${hook.id}`)).health.sentence).toContain("Google");
    await pollOne(hook.account, hook.id, Date.now());
    expect((await only()).entries).toMatchObject([{ text: "Found late" }]);
  });
});

describe("the daily comparison", () => {
  const DAY = 24 * 3_600_000;
  it("removes what is gone from Google though nobody told, and asks by name before it does", async () => {
    const [gone, kept, left] = [newReview(), newReview(), newReview()];
    for (const one of [gone, kept, left]) google.write(one, "TWO", one);
    await pollOne(hook.account, hook.id, Date.now());
    await vi.waitFor(async () => expect(await list({ stars: 2 })).toHaveLength(3), { timeout: 10_000, interval: 50 });
    google.reviews.delete(gone);
    // The list leaves one out, as it may while somebody writes.
    const listed = google.listed;
    google.listed = () => listed().filter(({ name }) => name !== left);
    await pollOne(hook.account, hook.id, Date.now());
    await vi.waitFor(async () => expect(await list({ stars: 2 })).toHaveLength(2), { timeout: 10_000, interval: 50 });
    const texts = async () => (await Promise.all((await list()).map(async ({ id }) => (await get<{ items: Entry[] }>(`/api/v1/conversations/${id}/entries`)).items))).flat().map(({ text, deleted }) => (deleted ? "gone" : text)).toSorted();
    expect(await texts()).toEqual([kept, left, "gone"].toSorted());
    const asked = () => google.provider.sent.filter(({ url }) => url.endsWith(gone)).length;
    const before = asked();
    await pollOne(hook.account, hook.id, Date.now() + DAY);
    expect(asked()).toBe(before);
  });

  it("finds an answer that the owner gave at Google to an old review", async () => {
    const [old, young] = [newReview(), newReview()];
    google.write(old, "TWO", "Old");
    google.write(young, "TWO", "Young");
    await pollOne(hook.account, hook.id, Date.now());
    await vi.waitFor(async () => expect(await list({ stars: 2 })).toHaveLength(2), { timeout: 10_000, interval: 50 });
    await pollOne(hook.account, hook.id, Date.now());
    google.reviews.get(old)!.reviewReply = { comment: "We are sorry", updateTime: new Date().toISOString() };
    const spy = vi.spyOn(google as unknown as { page: number }, "page", "get").mockReturnValue(1);
    await pollOne(hook.account, hook.id, Date.now() + DAY);
    spy.mockRestore();
    await vi.waitFor(async () => expect((await list({ stars: 2 })).map(({ preview }) => preview?.text)).toContain("We are sorry"), { timeout: 10_000, interval: 50 });
  });
});

it("reviews that arrive while Google takes our access no longer are kept, and here after an admin has connected again", async () => {
  const name = newReview();
  google.write(name, "TWO", "While you were out");
  google.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  await hook.owner.fetch(`/api/v1/connections/${hook.id}`, { method: "PATCH", json: { settings: { refreshToken: "revoked" } } });
  await pushed(name);
  expect(await list()).toEqual([]);
  google.token = null;
  expect((await hook.owner.fetch(`/api/v1/connections/${hook.id}`, { method: "PATCH", json: { settings: { refreshToken: "fresh" } } })).status).toBe(200);
  expect((await only()).entries).toMatchObject([{ text: "While you were out" }]);
});
