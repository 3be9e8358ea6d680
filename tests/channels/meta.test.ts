import { describe, expect, it } from "vitest";
import { graph, GRAPH, graphCode, isSignedByMeta, metaDownload, metaJson, metaTime, outcomeOf, type GraphAnswer } from "../../worker/channels/meta";
import type { FailureClass } from "../../worker/contract/entry";
import vector from "./fixtures/whatsapp/signatures.json";
import { NOW, rawOf, says, scripted, signatureOf } from "../support/meta-channel";

const call = (io: ReturnType<typeof scripted>, change: Partial<Parameters<typeof graph>[1]> = {}) => graph(io, { path: "me", token: vector.appsecret_proof.accessToken, appSecret: vector.appSecret, method: "GET", ...change });

describe("a call to Graph", () => {
  it("proves that the token is used by its app, and shows it in no address", async () => {
    const io = scripted(says(200, {}));
    await call(io, { query: { fields: "id,name" } });
    const [sent] = io.sent;
    expect(sent!.url.searchParams.get("appsecret_proof")).toBe(vector.appsecret_proof.proof);
    expect(sent!.url.searchParams.get("fields")).toBe("id,name");
    expect(sent!.url.href).not.toContain(vector.appsecret_proof.accessToken);
    expect(sent!.headers.get("authorization")).toBe(`Bearer ${vector.appsecret_proof.accessToken}`);
    expect(`${sent!.url.origin}${sent!.url.pathname}`).toBe(`https://graph.facebook.com/${GRAPH}/me`);
    expect(sent!.redirect).toBe("manual");
  });

  it("keeps its secrets out of the words that Meta repeats them in", async () => {
    const { accessToken } = vector.appsecret_proof;
    const answer = await call(scripted(says(400, { error: { code: 190, message: `Malformed access token ${accessToken}${vector.appSecret}` } })));
    expect(answer.error!.detail).toBe("Malformed access token ……");
  });

  it("goes to Instagram's host where that is asked for", async () => {
    const io = scripted(says(200, {}));
    await call(io, { host: "graph.instagram.com" });
    expect(io.sent[0]!.url.host).toBe("graph.instagram.com");
  });

  it("throws only when the network does", async () => {
    for (const body of ["<html>", "", "null", "[]", '{"error":"text"}', '{"error":{"message":"no code"}}']) expect(await call(scripted(says(502, body)))).toMatchObject({ status: 502, error: null });
    await expect(call(scripted(() => { throw new Error("lost"); }))).rejects.toThrow("lost");
  });

  it.each([
    [{ code: 10, error_subcode: 2_534_022, message: "m" }, { code: 10, subcode: 2_534_022, detail: "m", transient: false }, "10/2534022"],
    [{ code: "190", message: "m", is_transient: true }, { code: 190, subcode: null, transient: true }, "190"],
    [{ code: 1, message: "m", error_user_msg: "for people" }, { detail: "for people" }, "1"],
    [{ code: 1, message: "m", error_user_msg: "for people", error_data: { details: "details" } }, { detail: "details" }, "1"],
  ])("reads the error %j", async (error, expected, code) => {
    const answer = await call(scripted(says(400, { error })));
    expect(answer.error).toMatchObject(expected);
    expect(graphCode(answer.error!)).toBe(code);
  });
});

describe("what became of a send", () => {
  const answer = (change: Partial<GraphAnswer>): GraphAnswer => ({ status: 200, body: { id: "mid.1" }, error: null, ...change });
  const idOf = (body: unknown) => (body as { id?: string } | null)?.id ?? null;
  const judge = (change: Partial<GraphAnswer>, failure: FailureClass = "permanent") => outcomeOf(answer(change), () => failure, idOf);
  const error = { code: 1, subcode: 1_357_046, type: "", detail: "d", transient: false };

  it("is known by the id", () => expect(judge({})).toEqual({ ok: true, externalId: "mid.1" }));
  it("is refused where an error stands, whatever else does", () => expect(judge({ error })).toEqual({ ok: false, class: "permanent", code: "1/1357046", detail: "d" }));
  it("keeps how long to wait", () => expect(judge({ error, status: 400, retryAfterMs: 5 }, "rate")).toMatchObject({ class: "rate", retryAfterMs: 5 }));
  it.each([[{ error, status: 400 }], [{ error: null, body: null }], [{ status: 500, body: null }], [{ status: 302, body: null }], [{ status: 408, body: null }]])("is unknown, which is an error, for %j", (change) =>
    expect(() => judge(change, "unknown")).toThrow("without saying"));
  it.each([[401, "auth"], [403, "auth"], [429, "rate"], [404, "permanent"]])("a gateway's %i is %s", (status, failure) => expect(judge({ status, body: null })).toMatchObject({ class: failure, code: `http-${status}` }));
});

describe("a signature", () => {
  it("may be by any of several secrets, but never by an empty one", async () => {
    expect(await isSignedByMeta(rawOf("{}", signatureOf("{}", "second")), ["first", "second"])).toBe(true);
    expect(await isSignedByMeta(rawOf("{}", signatureOf("{}", "third")), ["first", "second"])).toBe(false);
    expect(await isSignedByMeta(rawOf("{}", signatureOf("{}", "")), ["", "first"])).toBe(false);
    expect(await isSignedByMeta(rawOf("{}"), [])).toBe(false);
  });
});

it.each<[string, boolean]>([
  ["https://lookaside.fbsbx.com/a", true], ["https://scontent-fra3-1.xx.fbcdn.net/v/a.jpg", true], ["https://scontent.cdninstagram.com/a", true], ["https://mmg.whatsapp.net/a", true],
  ["http://lookaside.fbsbx.com/a", false], ["https://fbsbx.com.evil.example/a", false], ["https://evil-fbsbx.com/a", false], ["https://lookaside.fbsbx.com:444/a", false], ["https://a@lookaside.fbsbx.com/a", false], ["https://10.0.0.1/a", false], ["data:text/plain,a", false],
])("%s may serve media: %s", async (url, allowed) => {
  const served = metaDownload(url, { now: () => 0, fetch: () => Promise.resolve(new Response("bytes")) });
  expect(await served.then(({ ok }) => ok, () => false)).toBe(allowed);
});

it.each<[unknown, number]>([
  [NOW / 1_000 - 60, NOW - 60_000], [String(NOW / 1_000 - 60), NOW - 60_000], [NOW - 1, NOW - 1], [NOW + 60_000, NOW + 60_000], [NOW + 3_600_000, NOW], [0, NOW], ["", NOW], [null, NOW], ["soon", NOW], [Infinity, NOW], [-1, NOW], [{}, NOW],
])("the time %j is %i", (given, at) => expect(metaTime(given, NOW)).toBe(at));

it("a long number keeps its digits where it is an id, and nowhere else", () => {
  const bytes = new TextEncoder().encode('{"id":12345678901234567890,"n":1,"words":"\\"id\\":12345678901234567890"}');
  expect(metaJson(bytes, ["id"])).toEqual({ id: "12345678901234567890", n: 1, words: '"id":12345678901234567890' });
  expect(metaJson(new TextEncoder().encode("{"))).toBeNull();
});
