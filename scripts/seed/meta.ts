import type { Opening } from "./data.ts";

/** The demo business on WhatsApp, Messenger and Instagram: one app at Meta, so one secret. */

const app = { appSecret: "demo0meta0app0secret000000000000", verifyToken: "demo-verify-token" };

export const metaConnections = [
  {
    id: "ch_demo_whatsapp", provider: "whatsapp", name: "Workshop on WhatsApp", address: "+15125550143",
    settings: { phoneNumberId: "106540352240001", wabaId: "102290129340001", accessToken: "EAAdemowhatsapptoken000000000000", ...app },
  },
  { id: "ch_demo_messenger", provider: "messenger", name: "Northside Cycles page", address: "682498302930001", settings: { pageId: "682498302930001", pageAccessToken: "EAAdemopagetoken0000000000000000", ...app } },
  {
    id: "ch_demo_instagram", provider: "instagram", name: "northside.cycles", address: "17841405822300001",
    settings: { igUserId: "17841405822300001", accessToken: "IGAAdemoinstagramtoken0000000000", login: "instagram", ...app },
  },
];

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

const priya = { from: "+15125550155", name: "Priya Nair" };
const jule = { from: "7100000000000155", name: "Jule Brandt" };
const keiko = { from: "1780000000000155", name: "Keiko Mori", username: "keiko.on.two.wheels" };

export const metaOpening: Opening[] = [
  // WhatsApp: an open window with everything that can be said, a closed one with the way out, somebody without a number.
  {
    provider: "whatsapp", body: { from: "+15125550158", name: "Wei Chen", text: "Is my front wheel back from truing?", at: hoursAgo(30) },
    template: { name: "bike_ready", language: "en_US", values: { "body.1": "Wei", "body.2": "front wheel", "body.3": "18:00" } }, change: { addLabels: ["l_repair"] },
  },
  { provider: "whatsapp", body: { from: "+15125550152", name: "Hana Suzuki", text: "Are you open on Sunday?", at: hoursAgo(50) } },
  { provider: "whatsapp", body: { from: "@tomas.silva", name: "Tomás Silva", text: "Could you listen to this noise from the rear hub?" }, further: [{ kind: "voice" }], change: { addLabels: ["l_repair"], assigneeId: "m_demo_agent" } },
  {
    provider: "whatsapp", body: { from: "+15125550153", name: "Ines Duarte", text: "I saw your spring offer. Does it include e-bikes?", referral: { source: "ad", headline: "15% off city bikes", body: "Only until Sunday", url: "https://fb.me/northside" } },
    reply: "It does. Shall I put one aside for you?", further: [{ kind: "order", text: "Yes, and these two please", items: [{ id: "LIGHT-SET", quantity: 1, price: 39 }, { id: "BELL", quantity: 2, price: 12 }] }],
  },
  {
    provider: "whatsapp", body: { ...priya, text: "Hi! Is the cargo bike still free this weekend?" }, reply: "Yes, Saturday from nine. Shall I hold it for you?",
    further: [
      { kind: "reaction", target: "ours", emoji: "👍" }, { kind: "text", text: "Please do! Could you bring it here?", replyTo: "ours" },
      { kind: "location", latitude: 30.2602, longitude: -97.7532, name: "Barton Springs Cabins", address: "2200 William Barton Dr, Austin" }, { kind: "sticker" },
    ], change: { addLabels: ["l_rental"], assigneeId: "m_demo_owner" },
  },
  // Messenger: within the 24 hours, and in the days in which only people may answer.
  { provider: "messenger", body: { from: "7100000000000158", name: "Omar Haddad", text: "Can I bring the tandem in on Monday?", at: hoursAgo(40) }, change: { addLabels: ["l_repair"] } },
  { provider: "messenger", body: { from: "7100000000000151", name: "Rosa Lind", text: "Found you through the ad. Do you sell used bikes?", referral: { source: "ad", headline: "Used, checked, guaranteed" } }, further: [{ kind: "share", what: "link", title: "Used city bike, 54 cm", url: "https://northside.example/used/54" }] },
  {
    provider: "messenger", body: { ...jule, text: "Do you rent bikes with child seats?" }, reply: "We do, for children up to 22 kg. How old is yours?",
    further: [{ kind: "reaction", target: "ours", emoji: "❤️" }, { kind: "text", text: "He is tree, and he likes bells" }, { kind: "edit", target: "theirs", text: "He is three, and he likes bells" }], change: { addLabels: ["l_rental"], teamId: "t_rentals" },
  },
  // Instagram: stories, a public comment, something unsent, a window that nobody can open any more.
  { provider: "instagram", body: { from: "1780000000000152", name: "Ben Ashby", username: "ben.ashby", text: "What does a tune-up cost?", at: hoursAgo(200) } },
  { provider: "instagram", body: { kind: "comment", from: "1780000000000153", name: "Ida Holm", username: "ida.holm", text: "What does the gravel one cost?" } },
  { provider: "instagram", body: { from: "1780000000000151", name: "Luca Moretti", username: "luca.gravel", text: "Look what your workshop did" }, further: [{ kind: "share", what: "reel", title: "First ride after the rebuild", url: "https://northside.example/reels/1" }, { kind: "text", text: "Wrong one, sorry" }, { kind: "delete", target: "theirs" }] },
  {
    provider: "instagram", body: { kind: "story-reply", ...keiko, text: "Love this colour! Is it still in the shop?" }, reply: "One left, size 52. Would you like to try it?",
    further: [{ kind: "reaction", target: "ours", emoji: "😍" }, { kind: "text", text: "Yes! Tomorrow after work?", replyTo: "ours" }], change: { starred: true },
  },
];
