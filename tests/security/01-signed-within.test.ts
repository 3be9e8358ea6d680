import { beforeAll, expect, it, vi } from "vitest";
import { selfSigned, SIGNING } from "../../simulator/ses/certificate";
import { signSns } from "../../simulator/ses/sns";
import { ses } from "../../worker/channels/email-ses";
import { createConnection } from "../../worker/db/connections";
import { call, newAccount } from "../support/account";
import { held } from "../support/hooks";

/** 1: Amazon SNS puts its signature into the body, under a certificate that it publishes. What is not signed so is stored nowhere. */

const CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/within.pem";
let keys: CryptoKeyPair, forged: CryptoKeyPair, certificate: string;
beforeAll(async () => {
  const pair = () => crypto.subtle.generateKey(SIGNING, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
  [keys, forged] = [await pair(), await pair()];
  certificate = await selfSigned("sns.amazonaws.com", keys);
});

async function newTopic(nth: number) {
  const owner = await newAccount();
  const settings = { accessKeyId: `AKIA${nth}`, secretAccessKey: "secret", region: "eu-west-1", topicArn: `arn:aws:sns:eu-west-1:12345678901${nth}:mail` };
  const { id } = await createConnection(owner.account, "email", { provider: "ses", name: "ses", address: `help@ses${nth}.example`, settings: {} }, ses.settings.parse(settings), Date.now());
  const post = (body: string) => call(`/hooks/ses/${id}`, { method: "POST", body, headers: { "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": "Notification" } });
  return { owner, settings, post };
}

/** What happens while Amazon's certificate lies where it says, or the fetch of it fails. */
async function published<T>(status: number, act: () => Promise<T>): Promise<T> {
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((input) => Promise.resolve(String(input) === CERTIFICATE ? new Response(certificate, { status }) : new Response("", { status: 599 })));
  try { return await act(); } finally { spy.mockRestore(); }
}

const notification = (topicArn: string, by = keys, change = {}) => signSns({
  Type: "Notification", MessageId: crypto.randomUUID(), TopicArn: topicArn, Timestamp: new Date().toISOString(), ...change,
  Message: JSON.stringify({ eventType: "Complaint", mail: { messageId: "m1", destination: ["customer@example.com"] }, complaint: { complainedRecipients: [{ emailAddress: "customer@example.com" }] } }),
}, by.privateKey, CERTIFICATE);

it("is tried again later while the certificate cannot be had, and believed with it", async () => {
  const { settings, post, owner } = await newTopic(1);
  const before = await held(owner.account);
  vi.spyOn(console, "log").mockImplementation(() => {});
  expect((await published(503, async () => post(await notification(settings.topicArn)))).status).toBe(503);
  expect((await published(200, async () => post(await notification(settings.topicArn)))).status).toBe(200);
  // A complaint of somebody who is no contact makes them none.
  expect(await held(owner.account)).toEqual(before);
  vi.restoreAllMocks();
});

it("another key, another account's topic or other words are refused", async () => {
  const [ours, theirs] = [await newTopic(2), await newTopic(3)];
  const good = await notification(ours.settings.topicArn);
  const bodies = [await notification(ours.settings.topicArn, forged), await notification(theirs.settings.topicArn), good.replace("customer@", "other@"), good.replace(/"Signature": ".{8}/, '"Signature": "AAAAAAAA'), good.replace("sns.eu-west-1", "s3.eu-west-1"), "{}", ""];
  await published(200, async () => {
    expect(await Promise.all(bodies.map(async (body) => (await ours.post(body)).status))).toEqual(bodies.map(() => 401));
    expect((await ours.post(good)).status).toBe(200);
    expect((await theirs.post(good)).status).toBe(401);
  });
});
