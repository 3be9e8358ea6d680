import { Camera, MessageCircleMore, MessageSquareMore, MessageSquareText, Music2 } from "lucide-solid";
import type { AppInboundInput } from "../../meta/inbound";
import type { Icon } from "../../../web/ui/icon";
import type { Persona } from "../personas";

type Kind = AppInboundInput["kind"];

/** A messenger app on the pretend phone, and what people can do in it. */
export interface App {
  provider: string;
  name: string;
  icon: Icon;
  colour: string;
  /** What the business knows this person by. */
  idOf(persona: Persona): string;
  can: readonly Kind[];
  /** Looking at the chat tells the business so once a message has come this far. */
  arrives: "sent" | "delivered" | "DELIVERED";
  /** What they share: a post of ours, unless it is said otherwise. */
  shares?: { label: string; what: "video"; title: string };
  /** A file is a message of its own, without words. */
  filesAlone?: boolean;
  /** A message answers another one; left out: it may. */
  quotes?: false;
  /** What they can stop; promotions unless it is said otherwise. */
  stops?: "messages";
}

const EVERYWHERE: readonly Kind[] = ["media", "voice", "sticker", "location", "reaction", "edit", "share", "referral"];

export const APPS: readonly App[] = [
  { provider: "whatsapp", name: "WhatsApp", icon: MessageCircleMore, colour: "var(--ch-whatsapp)", idOf: ({ phone }) => phone, can: [...EVERYWHERE.filter((kind) => kind !== "share" && kind !== "referral"), "delete", "contacts", "order", "preference", "identity-change"], arrives: "delivered" },
  { provider: "messenger", name: "Messenger", icon: MessageSquareText, colour: "var(--ch-messenger)", idOf: ({ messenger }) => messenger, can: [...EVERYWHERE, "preference"], arrives: "delivered" },
  { provider: "instagram", name: "Instagram", icon: Camera, colour: "var(--ch-instagram)", idOf: ({ instagram }) => instagram, can: [...EVERYWHERE, "delete", "story-reply", "story-mention", "comment"], arrives: "sent" },
  {
    provider: "tiktok", name: "TikTok", icon: Music2, colour: "var(--ch-tiktok)", idOf: ({ tiktok }) => tiktok, can: ["media", "sticker", "reaction", "share", "referral", "comment"], arrives: "sent",
    shares: { label: "Share a video", what: "video", title: "Ride along the river" }, filesAlone: true,
  },
  { provider: "google-rcs", name: "RCS", icon: MessageSquareMore, colour: "var(--ch-google)", idOf: ({ phone }) => phone, can: ["media", "location", "preference", "typing"], arrives: "DELIVERED", filesAlone: true, quotes: false, stops: "messages" },
];

export const appOf = (provider: string): App | undefined => APPS.find((app) => app.provider === provider);

/** Who writes, for every body. */
export const writerOf = (app: App, persona: Persona): { from: string; name: string; username: string } => ({ from: app.idOf(persona), name: persona.name, username: persona.username });
