import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { Capabilities } from "../../worker/contract/channel";
import { channelOf, channels } from "../../worker/channels/registry";

/** Settings each channel accepts; a new channel adds its own. */
const SETTINGS: Record<string, Record<string, unknown>> = {
  tiktok: { businessId: "_000QWERTYbusinessOpenId", clientKey: "7493100000000000000", appSecret: "test_tiktok_app_secret", accessToken: "T", refreshToken: "R1" },
  twilio: { accountSid: "AC00000000000000000000000000000000", authToken: "token", apiKeySid: "SK0", apiKeySecret: "key-secret", messagingServiceSid: "MG0" },
  telnyx: { apiKey: "KEY_test", publicKey: "Y6I4Z1W3OqUKj6sKB5snqfk7DAVRODomCQuh7JFJx8s=" },
  "cloudflare-email": { domain: "acme.example", signingSecret: "test_email_signing_secret" },
  sendgrid: { apiKey: "SG.test", eventPublicKey: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoU+ftUAWN9Lv1YcW7ytw4fHLQSVK13wvaPLRHwFqzGSClfExYbQH/ZllW3ftMTNg9QiyhQLcaqym/5P4ReyISw==", parseToken: "parse-token-0123456789" },
  ses: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", region: "us-east-1", topicArn: "arn:aws:sns:us-east-1:123456789012:ses-events" },
  smtp: { host: "smtp.acme.example", port: 587, security: "starttls", user: "support@acme.example", password: "password" },
  "cloudflare-sending": { domain: "acme.example" },
  resend: { apiKey: "re_test", webhookSecret: "whsec_cmVzZW5kLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODlhYmNk", domain: "acme.example" },
  postmark: { serverToken: "T", basicUser: "inbound", basicPassword: "test-postmark-password", messageStream: "outbound" },
  mailgun: { apiKey: "key", signingKey: "test-mailgun-signing-key", domain: "mg.acme.example", region: "eu" },
  chat: { origins: ["https://shop.example"], identitySecret: "test_livechat_identity_secret" },
  whatsapp: { phoneNumberId: "106540352242922", wabaId: "102290129340398", accessToken: "EAAtesttoken", appSecret: "test_meta_app_secret", verifyToken: "test_meta_verify_token" },
  messenger: { pageId: "682498302938465", pageAccessToken: "TOKEN", appSecret: "test_meta_app_secret", verifyToken: "test_meta_verify_token" },
  "google-reviews": { accountName: "accounts/111", locationName: "locations/222", clientId: "id.apps.googleusercontent.com", clientSecret: "secret", refreshToken: "refresh", pushServiceAccount: "push@example-project.iam.gserviceaccount.com" },
  "google-rcs": { agentId: "acme_agent@rbm.goog", region: "us", serviceAccountKey: JSON.stringify({ client_email: "agent@example-project.iam.gserviceaccount.com", private_key: "key" }), clientToken: "TESTCLIENTTOKEN" },
  instagram: { igUserId: "17841405822304914", accessToken: "TOKEN", appSecret: "test_meta_app_secret", verifyToken: "test_meta_verify_token", login: "page", pageId: "682498302938465", instagramAppSecret: "test_instagram_app_secret" },
};
const IS_SECRET = /token|secret|password|signingkey|apikey$/i;
const EVENT_KINDS = ["message", "pending", "echo", "status", "receipt", "reaction", "edit", "delete", "activity", "identity", "consent", "complaint", "template", "pending", "notice", "other"];

it("a name that is no provider finds no channel", () => {
  for (const name of ["", "toString", "__proto__", "constructor", "nobody"]) expect(channelOf(name)).toBeUndefined();
});

describe.each(Object.entries(channels))("%s", (provider, channel) => {
  it("is registered under its own name", () => {
    expect(channel.provider).toBe(provider);
    expect(channelOf(provider)).toBe(channel);
  });

  it("describes what it can carry", () => {
    expect(Capabilities.parse(channel.capabilities)).toEqual(channel.capabilities);
    expect(channel.send !== undefined).toBe(channel.capabilities.transport === "provider");
  });

  it("has a form field for every setting that must be given, and none that is no setting", () => {
    const shape = (channel.settings as z.ZodObject).shape;
    const fields = new Map(channel.fields.map((field) => [field.key, field]));
    for (const [key, schema] of Object.entries(shape)) {
      const isOptional = schema.safeParse(undefined).success;
      if (!isOptional || IS_SECRET.test(key)) expect(fields.keys()).toContain(key);
      if (fields.has(key)) expect([key, fields.get(key)!.optional ?? false]).toEqual([key, isOptional]);
    }
    for (const { key, label, help } of channel.fields) {
      expect(Object.keys(shape)).toContain(key);
      expect(label && help).not.toBe("");
    }
  });

  it("marks its secrets", () => {
    for (const { key, secret } of channel.fields) if (IS_SECRET.test(key)) expect([key, secret]).toEqual([key, true]);
  });
});

// What a visitor's own socket carries was checked by its route and never comes through /hooks.
const hooked = Object.entries(channels).filter(([, { capabilities }]) => capabilities.transport !== "visitor");

it.each(hooked)("%s never throws on the body of an authentic request, whatever it holds", async (provider, channel) => {
  const settings = channel.settings.parse(SETTINGS[provider]);
  const connection = { id: "cn_1", accountId: "a_1", address: "+15005550006", settings, ownAddresses: [], country: "US" };
  const type = fc.constantFrom("application/json", "application/x-www-form-urlencoded", "message/rfc822", "text/plain", "");
  await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map((text) => new TextEncoder().encode(text))), type, async (body, contentType) => {
    const request = { method: "POST", url: `https://inbox.example.com/hooks/${provider}/cn_1`, headers: { "content-type": contentType }, body, receivedAt: 1_795_341_600_000 };
    for (const event of await channel.receive(request, connection)) expect(EVENT_KINDS).toContain(event.kind);
  }));
});

/** Keys that scripts outside the project write; more may be added, none renamed. */
const PINNED: Record<string, readonly string[]> = {
  twilio: ["accountSid", "authToken", "apiKeySid", "apiKeySecret", "messagingServiceSid"], telnyx: ["apiKey", "publicKey", "messagingProfileId"],
  whatsapp: ["phoneNumberId", "wabaId", "accessToken", "appSecret", "verifyToken"], messenger: ["pageId", "pageAccessToken", "appSecret", "verifyToken"],
  instagram: ["igUserId", "accessToken", "appSecret", "verifyToken", "login", "pageId"], tiktok: ["businessId", "clientKey", "appSecret", "accessToken", "refreshToken"],
  "google-reviews": ["accountName", "locationName", "clientId", "clientSecret", "refreshToken", "pushAudience", "pushServiceAccount"], "google-rcs": ["agentId", "clientToken", "serviceAccountKey"],
  "cloudflare-email": ["domain"], resend: ["apiKey", "webhookSecret", "domain"], postmark: ["serverToken", "basicUser", "basicPassword", "messageStream"],
  mailgun: ["apiKey", "signingKey", "domain", "region"], sendgrid: ["apiKey", "eventPublicKey", "parseToken"], ses: ["accessKeyId", "secretAccessKey", "region", "topicArn"],
  smtp: ["host", "port", "security", "user", "password"], chat: ["origins", "identitySecret"],
};
it.each(Object.entries(PINNED))("%s is connected with the keys that everybody was told", (provider, keys) => {
  expect(channels[provider]!.fields.map(({ key }) => key)).toEqual(expect.arrayContaining([...keys]));
});
