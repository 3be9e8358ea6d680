import type { AppFacts, WorldMessage } from "../../api";
import type { AppInboundOf, ReferralInput } from "../inbound";
import { newDigits } from "../wire";
import type { Flavour } from "./flavour";

export type Said = AppInboundOf<"text" | "media" | "voice" | "sticker" | "location" | "button" | "quick-reply" | "story-reply" | "story-mention" | "share" | "unsupported">;

/** The thumbs-up that everybody sends. */
const STICKER_ID = 369_239_263_222_822;

interface Told { what: Record<string, unknown>; text: string; app: AppFacts }

/** How each platform calls what people share. */
const SHARES: Readonly<Record<"page" | "instagram", Readonly<Record<AppInboundOf<"share">["what"], string>>>> = {
  page: { post: "post", reel: "reel", video: "video", link: "fallback" },
  instagram: { post: "share", reel: "ig_reel", video: "video", link: "fallback" },
};

/** What brought somebody here, as events name it. */
export const referralOf = (flavour: Flavour, { source, ref, headline, url, id }: ReferralInput): Record<string, unknown> => ({
  ...(source === "product" ? { product: { id: id ?? "123" } } : { ref: ref ?? "" }),
  ...(source === "ad" && { ad_id: id ?? "6045246247433", source: "ADS", type: "OPEN_THREAD", ads_context_data: { ad_title: headline ?? "Spring at Northside", photo_url: "https://scontent.example/ad.jpg", post_id: "1" } }),
  ...((source === "link" || source === "post") && { source: flavour.linkSource, type: "OPEN_THREAD", ...(url !== undefined && { referer_uri: url }) }), ...(source === "story" && { source: "STORY", type: "OPEN_THREAD" }),
});

/** What a customer says, as an event holds it. `attachments` makes those of the files, under another type if one is given. */
export function saidIn(flavour: Flavour, wish: Said, mid: string, attachments: (as?: string) => unknown[], quoted: { id: string; message: WorldMessage | null } | null): Told {
  const reply = quoted ? { reply_to: { mid: quoted.id, ...(flavour.hasWatermarks && { is_self_reply: quoted.message?.by === "customer" }) } } : {};
  const referral = "referral" in wish && wish.referral ? { referral: referralOf(flavour, wish.referral) } : {};
  const told = (content: Record<string, unknown>, text = "", app: Omit<AppFacts, "kind"> = {}): Told =>
    ({ what: { message: { mid, ...content, ...reply, ...referral } }, text, app: { kind: wish.kind, ...app, ...(quoted && { replyTo: quoted.id }) } });
  const payloadOf = (words: string) => quoted?.message?.app?.buttons?.find(({ text }) => text === words)?.payload;
  switch (wish.kind) {
    case "text": return told({ text: wish.text }, wish.text);
    case "media": return told({ ...(wish.text && { text: wish.text }), attachments: attachments() }, wish.text);
    case "voice": return told({ attachments: attachments("audio") });
    case "sticker": {
      if (!flavour.hasWatermarks) return told({ attachments: wish.media ? attachments() : [{ type: "like_heart" }] }, wish.media ? "" : "❤️");
      const named = (attachments("sticker") as { type: string; payload: object }[]).map(({ type, payload }) => ({ type, payload: { ...payload, sticker_id: STICKER_ID } }));
      return told({ sticker_id: STICKER_ID, attachments: named });
    }
    case "location": {
      const { latitude, longitude, name } = wish;
      const place = { title: name ?? "Pinned Location", url: `https://www.facebook.com/l.php?u=${latitude},${longitude}`, type: "location", payload: { coordinates: { lat: latitude, long: longitude } } };
      return told({ attachments: [place] }, name, { location: { latitude, longitude, ...(name !== undefined && { name }) } });
    }
    case "quick-reply": return told({ text: wish.text, quick_reply: { payload: wish.payload ?? payloadOf(wish.text) ?? wish.text } }, wish.text);
    case "button": return { what: { postback: { mid, title: wish.text, payload: wish.payload ?? payloadOf(wish.text) ?? wish.text } }, text: wish.text, app: { kind: "button", ...(quoted && { replyTo: quoted.id }) } };
    case "story-reply": {
      const [story] = attachments() as { payload: { url: string } }[];
      return told({ text: wish.text, reply_to: { story: { id: wish.storyId ?? newDigits(17), url: story!.payload.url } } }, wish.text);
    }
    case "story-mention": return told({ attachments: attachments("story_mention") });
    case "share": {
      const title = wish.title ?? "Northside Cycles";
      const url = wish.url ?? "https://northside.example/post";
      const payload = { ...(wish.what !== "post" && { title }), url, ...(wish.what === "reel" && { reel_video_id: newDigits(16) }) };
      return told({ ...(wish.text && { text: wish.text }), attachments: [{ type: SHARES[flavour.object][wish.what], payload }] }, wish.text, { link: { title, url } });
    }
    case "unsupported": return told(flavour.hasWatermarks ? { attachments: [{ type: "fallback" }] } : { is_unsupported: true }, wish.what ?? "poll");
  }
}
