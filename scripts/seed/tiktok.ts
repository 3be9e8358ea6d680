import type { Opening } from "./data.ts";

/** The demo business on TikTok. */
export const tiktokConnections = [
  {
    id: "ch_demo_tiktok", provider: "tiktok", name: "northside.cycles", address: "_000northsidecyclesopenid",
    settings: { businessId: "_000northsideCyclesOpenId", clientKey: "7493100000000000001", appSecret: "demo0tiktok0app0secret0000000000", accessToken: "act.demo.tiktok", refreshToken: "rft.demo.tiktok" },
  },
];

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

export const tiktokOpening: Opening[] = [
  // Somebody whose 48 hours are over, and a talk with a shared video, an answer and a reaction.
  { provider: "tiktok", body: { from: "Uzoe0000000152", name: "Zoe Lambert", username: "zoe.spins", text: "Can you fit tubeless tyres by Friday?", at: hoursAgo(60) } },
  {
    provider: "tiktok", body: { from: "Umateo0000000151", name: "Mateo Silva", username: "mateo.fixie", text: "Is the orange fixie from your video for sale?" }, reply: "It is, and there are two left. What is your height?",
    further: [{ kind: "reaction", target: "ours", emoji: "🔥" }, { kind: "share" }, { kind: "text", text: "This one! I am 178 cm", replyTo: "ours" }, { kind: "sticker" }],
  },
];
