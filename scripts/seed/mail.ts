import type { Opening } from "./data.ts";

/** Further mailboxes of the demo business, each with a company that both sends and receives. */
export const mailConnections = [
  {
    id: "ch_demo_postmark", provider: "postmark", name: "Orders", address: "orders@shop.northside.example",
    settings: { serverToken: "demo-postmark-server-token-00000000", webhookUser: "postmark", webhookPassword: "demo-postmark-webhook-password", messageStream: "outbound" },
  },
  {
    id: "ch_demo_mailgun", provider: "mailgun", name: "Rentals", address: "rentals@mg.northside.example",
    settings: { apiKey: "demo-mailgun-api-key-0000000000000000", webhookSigningKey: "demo-mailgun-signing-key-00000000", domain: "mg.northside.example", region: "us" },
  },
];

export const mailOpening: Opening[] = [
  {
    provider: "postmark", body: { from: "oskar.lind@example.com", fromName: "Oskar Lind", to: "orders@shop.northside.example", subject: "Order 4821: wrong bell", text: "Hello,\n\nthe box held a brass bell, but I ordered the black one. Can I swap it?\n\nOskar" },
    reply: "Sorry about that, Oskar. The black one is on its way; keep the brass bell for a friend.",
  },
  { provider: "mailgun", body: { from: "amira.haddad@example.com", fromName: "Amira Haddad", to: "rentals@mg.northside.example", subject: "Two tandems in May", text: "Hi,\n\nare two tandems free from the 14th to the 17th of May?\n\nAmira" } },
];
