import type { Opening } from "./data.ts";

/** Further mailboxes of the demo business, each with a company that both sends and receives. */
export const mailConnections = [
  {
    id: "ch_demo_postmark", provider: "postmark", name: "Orders", address: "orders@shop.northside.example",
    settings: { serverToken: "demo-postmark-server-token-00000000", basicUser: "postmark", basicPassword: "demo-postmark-webhook-password", messageStream: "outbound" },
  },
  {
    id: "ch_demo_mailgun", provider: "mailgun", name: "Rentals", address: "rentals@mg.northside.example",
    settings: { apiKey: "demo-mailgun-api-key-0000000000000000", signingKey: "demo-mailgun-signing-key-00000000", domain: "mg.northside.example", region: "us" },
  },
  {
    id: "ch_demo_sendgrid", provider: "sendgrid", name: "Events", address: "events@ride.northside.example",
    settings: {
      apiKey: "SG.demo_key_0000000000000000000000", parseToken: "demo-sendgrid-parse-password", region: "global",
      eventPublicKey: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWb8499XlsWuTBMT18KKikSTbOHAVDniyTvnwscBjhdqlykLnMZCLqqvkEena9IAJbMWo0LzI7XMe7Ecv7k11RQ==",
    },
    /** What only SendGrid has in life: with it the pretend one signs. It opens nothing but this demo. */
    pretend: { privateKey: "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgG+hqirnmEhuOYiaOuxmN4r0o48y+eBxzKDWP7bpMB3ihRANCAARZvzj31eWxa5MExPXwoqKRJNs4cBUOeLJO+fCxwGOF2qXKQucxkIuqq+QR6dr0gAlsxajQvMjtcx7sRy/uTXVF" },
  },
  // These only send; answers come in where the domain's mail is routed.
  { id: "ch_demo_cloudflare", provider: "cloudflare-sending", name: "Notices", address: "notices@northside.example", settings: { domain: "northside.example" } },
  {
    id: "ch_demo_ses", provider: "ses", name: "Newsletter", address: "news@northside.example",
    settings: { accessKeyId: "AKIADEMO000000000000", secretAccessKey: "demo-ses-secret-access-key-000000000000", region: "us-east-1", topicArn: "arn:aws:sns:us-east-1:000000000000:northside-mail" },
  },
  {
    id: "ch_demo_smtp", provider: "smtp", name: "Bookkeeping", address: "books@northside.example",
    settings: { host: "smtp.northside.example", port: 2525, security: "none", user: "books@northside.example", password: "demo-smtp-password" },
  },
];

export const mailOpening: Opening[] = [
  {
    provider: "postmark", body: { from: "oskar.lind@example.com", fromName: "Oskar Lind", to: "orders@shop.northside.example", subject: "Order 4821: wrong bell", text: "Hello,\n\nthe box held a brass bell, but I ordered the black one. Can I swap it?\n\nOskar" },
    reply: "Sorry about that, Oskar. The black one is on its way; keep the brass bell for a friend.",
  },
  { provider: "mailgun", body: { from: "amira.haddad@example.com", fromName: "Amira Haddad", to: "rentals@mg.northside.example", subject: "Two tandems in May", text: "Hi,\n\nare two tandems free from the 14th to the 17th of May?\n\nAmira" } },
  {
    provider: "sendgrid", body: { from: "mateo.rossi@example.com", fromName: "Mateo Rossi", to: "events@ride.northside.example", subject: "Night ride on Friday", text: "Hi all,\n\nis the night ride still on if it drizzles? I would bring two friends.\n\nMateo" },
    reply: "Hi Mateo, drizzle does not stop us. Bring your friends, and lights for everybody.",
  },
  {
    provider: "cloudflare-email", body: { from: "nadia.brenner@example.com", fromName: "Nadia Brenner", to: "books@northside.example", subject: "Invoice 1043", text: "Good morning,\n\ncould you send me invoice 1043 once more? Our bookkeeper lost it.\n\nNadia Brenner" },
    by: "ch_demo_smtp", reply: "Good morning Nadia, a copy is on its way with the afternoon's post. It is also in your account.",
  },
  {
    provider: "cloudflare-email", body: { from: "ivo.marin@example.com", fromName: "Ivo Marin", to: "news@northside.example", subject: "Your spring letter", text: "Hello,\n\nthe link to the trail map in your letter does not open for me.\n\nIvo" },
    by: "ch_demo_ses", reply: "Thank you, Ivo. It opens again now, and the map has two new trails.",
  },
];
