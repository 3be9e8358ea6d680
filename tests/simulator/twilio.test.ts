import { describe, expect, it } from "vitest";
import { type Facts, checkSend } from "../../simulator/twilio/send";
import { refusal } from "../../simulator/twilio/error";
import { keywordIn } from "../../simulator/twilio/opt-out";
import { signTwilio } from "../../simulator/twilio/signature";
import { inboundParams, segmentsOf } from "../../simulator/twilio/webhook";
import fixture from "../channels/fixtures/twilio-sms/inbound-sms.plain.txt?raw";
import vectors from "../channels/fixtures/twilio-sms/signatures.json";

const paramsOf = (params: object): URLSearchParams => {
  const form = new URLSearchParams();
  for (const [key, values] of Object.entries(params)) for (const value of [values].flat() as string[]) form.append(key, value);
  return form;
};

/** The vectors in which Twilio's URL and ours differ by the default port, as it signed them. */
const SIGNED_URLS: Record<string, string> = {
  "signed with :443, received without": "https://inbox.example.com:443/webhooks/twilio/sms/conn_1",
  "signed without port, received with :443": "https://inbox.example.com/webhooks/twilio/sms/conn_1",
};

describe("a signature of the simulator", () => {
  it.each(vectors.cases.filter(({ valid }) => valid).map((vector) => [vector.name, vector] as const))("is what Twilio's is: %s", async (name, { url, params, signature }) => {
    expect(await signTwilio(vectors.authToken, SIGNED_URLS[name] ?? url, paramsOf(params))).toBe(signature);
  });

  it.each(vectors.cases.filter(({ valid }) => !valid).map((vector) => [vector.name, vector] as const))("is not a wrong one: %s", async (_name, { url, params, signature }) => {
    expect(await signTwilio(vectors.authToken, url, paramsOf(params))).not.toBe(signature);
  });
});

describe("a send", () => {
  const facts: Facts = { numbers: ["+15005550006", "+15005550008"], services: { MG1: "+15005550006" }, optedOut: (_, customer) => customer === "+14155550199" };
  const fair = { To: "+14155550123", From: "+15005550006", Body: "Hello" };
  const media = (count: number) => Array.from({ length: count }, (_, index) => `https://inbox.example.com/media/${index}`);

  it.each<[string, object, number]>([
    ["without a recipient", { ...fair, To: "" }, 21604],
    ["without a sender", { ...fair, From: "" }, 21603],
    ["without content", { ...fair, Body: "" }, 21602],
    ["to what is no number", { ...fair, To: "+1415" }, 21211],
    ["to a number with spaces", { ...fair, To: "+1 415 555 0123" }, 21211],
    ["to the invalid test number", { ...fair, To: "+15005550001" }, 21211],
    ["to the unroutable test number", { ...fair, To: "+15005550002" }, 21612],
    ["to the test number in a closed region", { ...fair, To: "+15005550003" }, 21408],
    ["to the blocked test number", { ...fair, To: "+15005550004" }, 21610],
    ["to the landline test number", { ...fair, To: "+15005550009" }, 21614],
    ["from the invalid test number", { ...fair, From: "+15005550001" }, 21212],
    ["from a test number that is not owned", { ...fair, From: "+15005550007" }, 21606],
    ["from the test number with a full queue", { ...fair, From: "+15005550008" }, 21611],
    ["from a number that is not ours", { ...fair, From: "+14155550000" }, 21659],
    ["from a name", { ...fair, From: "Acme" }, 21212],
    ["through an unknown service", { To: fair.To, Body: "x", MessagingServiceSid: "MG2" }, 21701],
    ["with 1601 characters", { ...fair, Body: "a".repeat(1_601) }, 21617],
    ["with eleven files", { ...fair, MediaUrl: media(11) }, 21623],
    ["with a file that has no web address", { ...fair, MediaUrl: "ftp://a/b" }, 21620],
    ["with a callback that has no web address", { ...fair, StatusCallback: "/hooks" }, 21609],
    ["to oneself", { ...fair, To: "+15005550006" }, 21612],
    ["to somebody who opted out", { ...fair, To: "+14155550199" }, 21610],
  ])("%s is refused as Twilio does", (_name, params, code) => {
    expect(checkSend(paramsOf(params), facts)).toMatchObject({ ok: false, code });
  });

  it.each<[string, object, object]>([
    ["from a number", fair, { from: "+15005550006", viaService: null, fails: null }],
    ["through a service", { To: fair.To, Body: "Hello", MessagingServiceSid: "MG1" }, { from: "+15005550006", viaService: "MG1" }],
    ["with 1600 characters of two code units", { ...fair, Body: "😀".repeat(1_600) }, { fails: null }],
    ["with ten files and no text", { ...fair, Body: "", MediaUrl: media(10) }, { media: media(10) }],
    ["that is bound to fail later", { ...fair, Body: "please fail:30007" }, { fails: "30007" }],
  ])("%s is accepted", (_name, params, expected) => {
    expect(checkSend(paramsOf(params), facts)).toMatchObject({ ok: true, ...expected });
  });
});

it("a refusal is JSON with a code, but a page when it comes from a balancer", () => {
  expect(refusal(429, 2)).toMatchObject({ status: 429, headers: { "retry-after": "2" }, body: expect.stringContaining('"code":20429') });
  expect(refusal(500, null).body).toContain('"code":20500');
  expect(refusal(503, null).body).toBe("<html>Service Unavailable</html>");
});

it("an incoming message has the very fields of a real one", () => {
  const real = new URLSearchParams(fixture);
  const field = (key: string) => real.get(key) ?? "";
  const made = inboundParams({ sid: field("MessageSid"), accountSid: field("AccountSid"), serviceSid: field("MessagingServiceSid"), from: field("From"), to: field("To"), body: field("Body"), media: [] });
  expect(Object.fromEntries(made)).toEqual(Object.fromEntries(real));
});

it.each([["STOP", "stop"], [" stop ", "stop"], ["Unsubscribe", "stop"], ["STOP PLEASE", null], ["start", "start"], ["yes", "start"], ["Help", "help"], ["", null]] as const)("the word %j means %s", (text, keyword) => {
  expect(keywordIn(text)).toBe(keyword);
});

it.each([["", 0, "1"], ["a".repeat(160), 0, "1"], ["a".repeat(161), 0, "2"], ["é😀".repeat(30), 0, "2"], ["a".repeat(500), 1, "1"]] as const)("segments of %j with %i files", (text, count, expected) => {
  expect(segmentsOf(text, count)).toBe(expected);
});
