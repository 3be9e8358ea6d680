import type { Opening } from "./data.ts";

/** The customer who writes by every channel, so that one thread shows them all. */
export const EVERYWHERE = "ct_demo_maya";

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

const phone = { from: "+15125550164" };
const mail = { from: "maya.torres@example.com", fromName: "Maya Torres", to: "workshop@northside.example" };
const instagram = { from: "1780000000000164", name: "Maya Torres", username: "maya.rides" };
const tiktok = { from: "Umayarides0164", name: "Maya Torres", username: "maya.rides" };
const messenger = { from: "7100000000000164", name: "Maya Torres" };
const chat = { visitor: "maya.torres@example.com", name: "Maya Torres", email: "maya.torres@example.com", page: "/service" };

/** First words where neither a number nor a proved address says who it is: a colleague has merged them. */
export const asStrangers: Opening[] = [
  { provider: "instagram", body: { ...instagram, text: "Is the green gravel bike from your reel still there?", at: hoursAgo(70) } },
  { provider: "tiktok", body: { ...tiktok, text: "The squeaking brakes in your video? That is my bike!", at: hoursAgo(46) } },
  { provider: "messenger", body: { ...messenger, text: "Do you have room for a service this week?", at: hoursAgo(22) } },
  { provider: "chat", body: { ...chat, text: "What does a full service cost?" } },
];

/** The conversation that goes on: it moved last when the others are merged into it. */
export const asHerself: Opening = { provider: "twilio", body: { ...phone, text: "Hi, Maya here. My commuter needs some care before spring" }, reply: "Hi Maya, gladly. Would you mail us what it needs?" };

/** What she says once she is one person to us, each answered where she said it. A number or an address is enough for three of them. */
export const byEveryChannel: Opening[] = [
  { provider: "cloudflare-email", body: { ...mail, subject: "Service for my commuter", text: "Hello,\n\nthe list: new brake pads, and the chain skips in the smallest gear. Could you tell me what it comes to?\n\nMaya" }, reply: "Hi Maya, pads and a chain come to 74 dollars, service included. Shall we go ahead?" },
  { provider: "whatsapp", body: { ...phone, name: "Maya Torres", text: "Yes please. It also makes a noise when I pedal" }, reply: "Could you record it for us?", further: [{ kind: "voice" }] },
  { provider: "google-rcs", body: { ...phone, text: "Can I get a loaner for the day?" }, reply: "You can. A city bike with a basket is waiting." },
  { provider: "messenger", body: { ...messenger, text: "Should I leave the lock on?" }, reply: "Please take it with you, we keep the bike inside." },
  { provider: "chat", body: { ...chat, text: "May I pay online?" }, reply: "Yes, we send you a link when it is ready." },
  { provider: "tiktok", body: { ...tiktok, text: "Will you film mine too?" }, reply: "Only if you ride it in the end!" },
  { provider: "instagram", body: { ...instagram, text: "Then please keep the green one for me until Saturday" }, reply: "It has your name on it." },
  { provider: "twilio", body: { ...phone, text: "Could I drop it off at 9 instead of 10 on Thursday?" }, reply: "Nine works. I moved your slot, and the loaner will be ready too.", later: "Good morning Maya, your slot is at nine today.", change: { addLabels: ["l_repair"], assigneeId: "m_demo_owner" } },
  { provider: "twilio", body: { ...phone, text: "Perfect, thank you. Also, is there parking out front?" } },
];
