import type { Opening } from "./data.ts";

const ACCOUNT = "accounts/100000000000000001";
const LOCATION = `${ACCOUNT}/locations/200000000000000002`;
const AGENT = "northside_cycles@rbm.goog";

/** The demo business at Google. The service account's key is made anew, because one that everybody knows looks like one that leaked. */
export async function googleConnections() {
  return [
    {
      id: "ch_demo_reviews", provider: "google-reviews", name: "Northside Cycles on Google", address: LOCATION,
      settings: { accountName: ACCOUNT, locationName: LOCATION.slice(ACCOUNT.length + 1), placeName: "Northside Cycles", clientId: "demo.apps.googleusercontent.com", clientSecret: "demo0google0secret", refreshToken: "demo0google0refresh", pushServiceAccount: "inbox-push@northside-demo.iam.gserviceaccount.com" },
    },
    {
      id: "ch_demo_rcs", provider: "google-rcs", name: "Northside Cycles RCS", address: AGENT,
      settings: { agentId: AGENT, region: "us", serviceAccountKey: await newKey(), clientToken: "demo0rcs0client0token", fallbackConnectionId: "ch_demo_sms" },
    },
  ];
}

async function newKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) }, true, ["sign", "verify"]) as { privateKey: Parameters<typeof crypto.subtle.exportKey>[1] };
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey) as ArrayBuffer);
  const pem = `-----BEGIN PRIVATE KEY-----\n${btoa(String.fromCharCode(...der)).replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
  return JSON.stringify({ type: "service_account", client_email: "agent@northside-demo.iam.gserviceaccount.com", private_key: pem });
}

const DAY_MS = 24 * 3_600_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

export const googleOpening: Opening[] = [
  // A reviewer who was answered at Google and then thought better of it, and one whom nobody has answered. A reply by our API would count as automated.
  { provider: "google-reviews", body: { from: "Ines Albrecht", stars: 2, text: "Good work, but the repair took two weeks longer than promised.", at: daysAgo(3) }, further: [{ kind: "reply", text: "You are right, and we are sorry. Your next service is on us." }, { stars: 4, text: "They made up for the delay. Would come again." }] },
  { provider: "google-reviews", body: { from: "Tom Whitaker", stars: 5, text: "Best bike shop on the north side. Fixed my brakes while I waited.", at: daysAgo(1) } },
  { provider: "google-rcs", body: { from: "+15125550188", text: "Is my wheel ready to pick up?" }, reply: "It is, any time until six." },
];
