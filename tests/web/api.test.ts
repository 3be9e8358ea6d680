import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, ApiProblem, onSignedOut } from "../../web/lib/api";
import { signedOut } from "../../web/lib/me";

const json = (status: number, body: unknown) => Response.json(body, { status });
const answer = (make: () => Response | Promise<Response>) => vi.stubGlobal("fetch", vi.fn<typeof fetch>(() => Promise.resolve().then(make)));
const failure = async (work: Promise<unknown>): Promise<ApiProblem> => {
  const problem: unknown = await work.then(() => null, (error: unknown) => error);
  if (!(problem instanceof ApiProblem)) throw new Error(`Expected an ApiProblem, got ${String(problem)}`);
  return problem;
};

afterEach(() => {
  vi.unstubAllGlobals();
  onSignedOut(signedOut);
});

describe("a call", () => {
  it("gives the answer's body, and nothing for an empty one", async () => {
    answer(() => json(200, { id: "t1" }));
    expect(await api.get("/api/v1/teams/t1")).toEqual({ id: "t1" });
    answer(() => new Response(null, { status: 204 }));
    expect(await api.delete("/api/v1/teams/t1")).toBeUndefined();
  });

  it("says what kind of body it sends only when it sends one", async () => {
    answer(() => json(200, {}));
    await api.post("/api/v1/teams", { name: "Workshop" });
    await api.get("/api/v1/teams");
    const [posted, got] = vi.mocked(fetch).mock.calls.map(([, init]) => init!);
    expect(posted!.body).toBe('{"name":"Workshop"}');
    expect(new Headers(posted!.headers).get("content-type")).toBe("application/json");
    expect(got!.body).toBeNull();
    expect(new Headers(got!.headers).has("content-type")).toBe(false);
  });
});

describe("a call that fails", () => {
  it.each([
    ["the API's own problem", () => json(409, { type: "conflict", title: "Conflict", status: 409, detail: "This name is taken.", reason: "name" }), { status: 409, code: "conflict", detail: "This name is taken.", reason: "name" }],
    ["a problem without a detail", () => json(404, { type: "not-found", title: "Not found", status: 404 }), { status: 404, code: "not-found", detail: "Not found", reason: null }],
    ["a proxy's page", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), { status: 502, code: "broken", reason: null }],
    ["an empty refusal", () => new Response(null, { status: 500 }), { status: 500, code: "broken", reason: null }],
    ["JSON that is no problem", () => json(400, { error: "nope" }), { status: 400, code: "broken", reason: null }],
  ])("tells %s in a code and a sentence", async (_, make, expected) => {
    answer(make);
    const problem = await failure(api.get("/api/v1/me"));
    expect(problem).toMatchObject(expected);
    expect(problem.detail).not.toBe("");
  });

  it("is offline when there is no answer at all", async () => {
    answer(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await failure(api.get("/api/v1/me"))).toMatchObject({ status: 0, code: "offline" });
  });

  it("is offline when the answer breaks off in its middle", async () => {
    answer(() => new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError("network error")) })));
    expect(await failure(api.get("/api/v1/me"))).toMatchObject({ status: 0, code: "offline" });
  });

  it.each([["unauthenticated", 401, 1], ["wrong-credentials", 401, 0], ["forbidden", 403, 0]])("%s ends the visit %#", async (type, status, times) => {
    const ended = vi.fn<() => void>();
    onSignedOut(ended);
    answer(() => json(status, { type, title: type, status }));
    await failure(api.get("/api/v1/me"));
    expect(ended).toHaveBeenCalledTimes(times);
  });
});

describe("an upload", () => {
  /** Tells handlers and listeners alike, as a browser does. */
  class Fake extends EventTarget {
    tell(event: Event) {
      const handler: unknown = Reflect.get(this, `on${event.type}`);
      if (typeof handler === "function") handler.call(this, event);
      this.dispatchEvent(event);
    }
  }
  class FakeRequest extends Fake {
    static last: FakeRequest;
    headers: [string, string][] = [];
    upload = new Fake();
    status = 0;
    responseText = "";
    sent: unknown = null;
    constructor() { super(); FakeRequest.last = this; }
    open() { /* nothing leaves the test */ }
    setRequestHeader(name: string, value: string) { this.headers.push([name, value]); }
    send(body: unknown) { this.sent = body; }
    abort() { this.tell(new Event("abort")); }
    answers(status: number, body: unknown) { this.status = status; this.responseText = JSON.stringify(body); this.tell(new Event("load")); }
  }
  const photo = new File(["bytes"], "Größe 1.png", { type: "image/png" });
  beforeEach(() => vi.stubGlobal("XMLHttpRequest", FakeRequest));

  // A header that is set twice is joined with a comma, so the file would be stored as "a.png, a.png".
  it("names the file and its type once each, in letters a header may hold", async () => {
    const done = api.upload(photo);
    FakeRequest.last.answers(201, { id: "a1" });
    expect(await done).toEqual({ id: "a1" });
    expect(FakeRequest.last.sent).toBe(photo);
    expect(FakeRequest.last.headers).toEqual([["accept", "application/json"], ["content-type", "image/png"], ["x-file-name", "Gr%C3%B6%C3%9Fe%201.png"]]);
  });

  it("tells how far it is, and gives a refusal as a problem", async () => {
    const progress = vi.fn<(done: number) => void>();
    const done = api.upload(photo, { progress });
    FakeRequest.last.upload.tell(new ProgressEvent("progress", { loaded: 1, total: 4 }));
    expect(progress).toHaveBeenCalledWith(0.25);
    FakeRequest.last.answers(413, { type: "too-large", title: "Too large", status: 413, detail: "This file is too large." });
    expect(await failure(done)).toMatchObject({ code: "too-large", detail: "This file is too large." });
  });

  it("is offline when the line breaks", async () => {
    const done = api.upload(photo);
    FakeRequest.last.tell(new Event("error"));
    expect(await failure(done)).toMatchObject({ status: 0, code: "offline" });
  });

  it("stops when it is cancelled, before or after it began", async () => {
    const late = new AbortController();
    const done = api.upload(photo, { signal: late.signal });
    late.abort();
    expect(await failure(done)).toMatchObject({ code: "cancelled" });
    expect(await failure(api.upload(photo, { signal: AbortSignal.abort() }))).toMatchObject({ code: "cancelled" });
    expect(FakeRequest.last.sent).toBeNull();
  });
});
