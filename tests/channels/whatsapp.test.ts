import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { whatsapp } from "../../worker/channels/whatsapp";
import outbound from "./fixtures/whatsapp/outbound.json";
import vector from "./fixtures/whatsapp/signatures.json";
import { draft, NOW, rawOf, refusal, says, scripted, signatureOf } from "../support/meta-channel";
import { connect, manifest, posts, recorded, requestOf, SETTINGS } from "../support/whatsapp";

const verify = (raw = rawOf("{}"), appSecret = SETTINGS.appSecret) => whatsapp.verify(raw, connect({ settings: { ...SETTINGS, appSecret } }), NOW);

describe("a signature", () => {
  it("is judged over the raw bytes, as the vector says", async () => {
    expect(await verify(rawOf(vector.rawBody, vector.header), vector.appSecret)).toBe(true);
    expect(await verify(rawOf(vector.rawBody, vector.wrongIfReserialised), vector.appSecret)).toBe(false);
    expect(await verify(rawOf(JSON.stringify(JSON.parse(vector.rawBody)), vector.header), vector.appSecret)).toBe(false);
  });

  it.each(posts.map(({ file }) => file))("holds over the bytes of %s, and over no others", async (file) => {
    const good = requestOf(file);
    const signature = good.headers["x-hub-signature-256"]!;
    const signed = (header: string) => verify({ ...good, headers: { "x-hub-signature-256": header } });
    expect(await verify(good)).toBe(true);
    expect(await verify({ ...good, body: new Uint8Array([...good.body, 0x20]) })).toBe(false);
    expect(await verify(good, "another secret")).toBe(false);
    expect(await verify({ ...good, headers: {} })).toBe(false);
    for (const bad of ["", signature.slice(0, -1), signature.slice("sha256=".length), signature.replace("sha256", "sha1"), "sha256="]) expect(await signed(bad)).toBe(false);
  });

  it("by SHA-1 alone is not enough", async () =>
    expect(await verify({ ...rawOf("{}"), headers: { "x-hub-signature": signatureOf("{}") } })).toBe(false));

  it("is refused when the connection has no secret", async () => expect(await verify(rawOf("{}"), "")).toBe(false));

  it("is judged, not thrown about, on any bytes", () =>
    fc.assert(fc.asyncProperty(fc.uint8Array(), fc.string(), async (body, header) => {
      expect(await verify({ ...rawOf("", header), body })).toBe(false);
    })));
});

describe("the handshake", () => {
  const shake = (query: string, settings = SETTINGS) => whatsapp.handshake!(new URL(`https://inbox.example.com/hooks/whatsapp/cn_1?${query}`), settings);
  it.each(manifest.files.filter(({ method }) => method === "GET").map(({ file }) => file))("%s is answered as recorded", (file) =>
    expect(shake(recorded(file).trim())).toBe(file === "verify-handshake.ok.txt" ? "1158201444" : null));

  it.each([
    ["without a token of ours", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", { ...SETTINGS, verifyToken: "" }],
    ["for another mode", `hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=${SETTINGS.verifyToken}`, SETTINGS],
    ["without a challenge", `hub.mode=subscribe&hub.verify_token=${SETTINGS.verifyToken}`, SETTINGS],
    ["with a challenge that is a page", `hub.mode=subscribe&hub.challenge=${"<p>".repeat(100)}&hub.verify_token=${SETTINGS.verifyToken}`, SETTINGS],
  ])("is refused %s", (_name, query, settings) => expect(shake(query, settings)).toBeNull());
});

describe("an error code", () => {
  const CODES = [0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 299, 368, 80007, 130429, 130472, 130497, 131000, 131005, 131008, 131009, 131016, 131021, 131026, 131030, 131031, 131037, 131042, 131045, 131047, 131048, 131049,
    131050, 131051, 131052, 131053, 131056, 131057, 131062, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069, 133004, 133010, 135000];
  it.each(CODES)("%i is explained, with what to do", (code) => {
    const sentence = whatsapp.explain(String(code))!;
    expect(sentence).toMatch(/^[A-Z].*\.$/s);
    expect(whatsapp.explain(`${code}/1`)).toBe(sentence);
  });

  it.each(["300", "999999", "", "toString", "__proto__", "131047x"])("%j that nobody knows is left to WhatsApp's own words", (code) => expect(whatsapp.explain(code)).toBeNull());

  it("for stopped marketing ends marketing, and no other code ends anything", () =>
    expect(CODES.map((code) => [code, whatsapp.consentAfter!(String(code))]).filter(([, consent]) => consent !== null)).toEqual([[131050, "no-marketing"]]));

  const refusals = outbound.exchanges.flatMap(({ name, response, class: expected }) => ("error" in response.body ? [[name, response.body.error!.code, expected.split(" ")[0]!] as const] : []));
  it.each(refusals)("of the exchange “%s” has the class it is known for", async (_name, code, expected) => {
    const io = scripted(refusal(code));
    expect(await whatsapp.send!(draft({ to: "+16505551234" }), connect(), io)).toMatchObject({ ok: false, class: expected });
  });
});

describe("a connection", () => {
  const number = (body: object) => says(200, { id: SETTINGS.phoneNumberId, display_phone_number: "+1 555-078-3881", platform_type: "CLOUD_API", ...body });
  const apps = (...data: object[]) => says(200, { data });
  const probe = (...answers: Parameters<typeof scripted>) => whatsapp.probe!(connect(), scripted(...answers));

  it("works with the right number, a token that may send, and webhooks that are on", async () => {
    const io = scripted(number({}), apps({ whatsapp_business_api_data: { id: "1" } }));
    expect(await whatsapp.probe!(connect(), io)).toBeNull();
    expect(io.sent.map(({ url }) => url.pathname)).toEqual(["/v25.0/106540352242922", "/v25.0/102290129340398/subscribed_apps"]);
    for (const { headers, url } of io.sent) {
      expect(headers.get("authorization")).toBe("Bearer TOKEN");
      expect(url.searchParams.get("appsecret_proof")).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it.each<[string, Parameters<typeof scripted>, RegExp]>([
    ["the token is no longer good", [refusal(190, 463, 401)], /rejected the access token/],
    ["the token may not see the number", [refusal(100, 33)], /does not know this phone number ID/],
    ["the token may do nothing", [refusal(10)], /may not send from this number/],
    ["the number is another one", [number({ display_phone_number: "+1 555-000-0002" }), apps({})], /belongs to \+1 555-000-0002/],
    ["the number is not registered", [number({ platform_type: "NOT_APPLICABLE" }), apps({})], /not registered/],
    ["the account is unknown", [number({}), refusal(100, 33)], /does not know this WhatsApp Business Account ID/],
    ["no app is subscribed", [number({}), apps()], /No app is subscribed/],
    ["WhatsApp answers nothing of use", [says(502, "<html>")], /no usable answer \(502\)/],
    ["WhatsApp refuses in words of its own", [refusal(999_999)], /WhatsApp refused: no/],
  ])("is told apart when %s", async (_name, answers, sentence) => expect(await probe(...answers)).toMatch(sentence));
});
