import { expect, it } from "vitest";
import { channels } from "../../worker/channels/registry";
import { Capabilities } from "../../worker/contract/channel";
import { channelsPage } from "../../worker/http/docs-channels";
import { call } from "../support/account";

const read = async () => (await call("/api/docs/channels")).text();
/** The words in the second column of one row. */
const told = (page: string, id: string) => new RegExp(`<tr id="${id}"><th scope="row">[^<]+</th><td>([^<]+)</td></tr>`).exec(page)?.[1];

it("every capability of every channel is told in words", async () => {
  const page = await read();
  for (const [provider, { title, fields }] of Object.entries(channels)) {
    expect(page).toContain(`>${title}</h2>`);
    for (const key of Object.keys(Capabilities.shape)) expect([provider, key, told(page, `${provider}-${key}`)]).toEqual([provider, key, expect.stringMatching(/^[A-Z0-9].*\.$/)]);
    for (const { label } of fields) expect(page).toContain(`<th scope="row">${label}`);
  }
});

it("the words are those of the table", async () => {
  const twilio = channels["twilio"]!;
  const { capabilities } = twilio;
  const page = String(await channelsPage([{ ...twilio, provider: "x", capabilities: {
    ...capabilities, text: { max: 1_000, unit: "bytes" }, voice: "audio/ogg", perSecond: 0.2, resend: "safe", start: false,
    window: { hours: 24, adHours: 72, humanHours: 168, perTurn: 10 },
    media: { max: 10, bytes: 25_000_000, types: ["*/*"], limits: [{ type: "image/", bytes: 500_000 }], together: false, caption: false },
  } }]));
  expect(Object.fromEntries(["text", "voice", "perSecond", "resend", "start", "window", "media", "reactions"].map((key) => [key, told(page, `x-${key}`)]))).toEqual({
    text: "Up to 1,000 bytes, so accents and emoji count more than once.", voice: "Yes, as audio/ogg.", perSecond: "One message every 5 seconds.", resend: "It is sent again by itself: the provider drops repeats.",
    start: "The customer writes first.", window: expect.stringMatching(/^24 hours from .* 3 days when an ad brought them\. After that a person, but no automation, may answer for 7 days in all\. 10 messages of ours for each of theirs\.$/),
    media: "Up to 10 files, 25 MB in all (image 500 KB). Any type. Each becomes a message of its own. The text becomes a message of its own.", reactions: "No.",
  });
});

it("it is one click from the API's page and back", async () => {
  expect(await (await call("/api/docs")).text()).toContain('href="/api/docs/channels"');
  const page = await read();
  expect(page).toContain('href="/api/docs"');
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
});

it("it runs and fetches nothing, and its policy says so", async () => {
  const response = await call("/api/docs/channels");
  const page = await response.text();
  const policy = response.headers.get("content-security-policy")!;
  expect(page).not.toMatch(/<script|<link|<img|style="/);
  expect(policy).toBe((await call("/api/docs")).headers.get("content-security-policy"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(/<style>([^]*?)<\/style>/.exec(page)![1]!)));
  expect(policy).toContain(`style-src 'sha256-${btoa(String.fromCharCode(...digest))}'`);
});
