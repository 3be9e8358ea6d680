import type { AppFacts, WorldConnection, WorldMessage } from "../../api";
import type { Blob } from "../../blobs";
import type { Realm } from "../../provider";
import type { AppInboundOf, ReferralInput } from "../inbound";
import { base64Of, keepMedia } from "./media";

export type Said = AppInboundOf<"text" | "media" | "voice" | "sticker" | "location" | "contacts" | "button" | "reply" | "list" | "form" | "order" | "unsupported">;

/** The type of a message and what the type holds, the words, and what the customer's phone shows. */
interface Told { fields: Record<string, unknown>; text: string; app: AppFacts }

const kindOf = (type: string): "image" | "video" | "audio" | "document" => (/^image\/(jpeg|png|gif)/.test(type) ? "image" : type.startsWith("video/") ? "video" : type.startsWith("audio/") ? "audio" : "document");

const referralOf = ({ source, ref, headline, body, url, id }: ReferralInput) => ({
  source_url: url ?? "https://fb.me/northside", source_id: id ?? ref ?? "120226305854810726", source_type: source === "ad" ? "ad" : "post", ...(headline !== undefined && { headline }), ...(body !== undefined && { body }),
  media_type: "image", image_url: "https://scontent.example/ad.jpg", ...(source === "ad" && { ctwa_clid: "Aff-n8ZTODiE79d22KtAwQKj9e" }),
});

/** What a customer says, as WhatsApp writes it. `file` is the one of this message; the words go with the first. */
export async function saidIn(wish: Said, file: Blob | null, isFirst: boolean, connection: WorldConnection, realm: Realm, quoted: WorldMessage | null): Promise<Told> {
  const told = (type: string, content: unknown, text: string, app: Omit<AppFacts, "kind"> = {}): Told => ({
    fields: { type, [type]: content, ...("referral" in wish && wish.referral && { referral: referralOf(wish.referral) }) }, text, app: { kind: wish.kind, ...app },
  });
  const payloadOf = (words: string) => quoted?.app?.buttons?.find(({ text }) => text === words)?.payload ?? words;
  switch (wish.kind) {
    case "text": return told("text", { body: wish.text }, wish.text);
    case "media": case "voice": case "sticker": {
      const { id, sha256 } = await keepMedia(file!, connection, false, realm);
      const type = wish.kind === "media" ? kindOf(file!.type) : wish.kind === "voice" ? "audio" : "sticker";
      const caption = "text" in wish && isFirst ? wish.text ?? "" : "";
      const content = {
        mime_type: file!.type, sha256: base64Of(sha256), id, ...(caption !== "" && type !== "audio" && { caption }), ...(type === "document" && { filename: file!.name }), ...(wish.kind === "voice" && { voice: true }), ...(type === "sticker" && { animated: false }),
      };
      return told(type, content, caption);
    }
    case "location": {
      const { latitude, longitude, name, address, url } = wish;
      const place = { latitude, longitude, ...(name !== undefined && { name }), ...(address !== undefined && { address }) };
      return told("location", { ...place, ...(url !== undefined && { url }) }, name ?? "", { location: place });
    }
    case "contacts": {
      const cards = wish.contacts.map(({ name, phones, emails, company }) => ({
        name: { formatted_name: name, first_name: name.split(" ")[0] }, phones: phones.map((phone) => ({ phone, wa_id: phone.replaceAll(/\D/g, ""), type: "MOBILE" })),
        ...(emails && { emails: emails.map((email) => ({ email, type: "WORK" })) }), ...(company !== undefined && { org: { company } }),
      }));
      return told("contacts", cards, wish.contacts.map(({ name }) => name).join(", "), { contacts: wish.contacts.map(({ name, phones }) => ({ name, phones })) });
    }
    case "button": return told("button", { payload: wish.payload ?? payloadOf(wish.text), text: wish.text }, wish.text);
    case "reply": return told("interactive", { type: "button_reply", button_reply: { id: wish.payload ?? payloadOf(wish.text), title: wish.text } }, wish.text);
    case "list": return told("interactive", { type: "list_reply", list_reply: { id: wish.payload ?? payloadOf(wish.text), title: wish.text, ...(wish.description !== undefined && { description: wish.description }) } }, wish.text);
    case "form": return told("interactive", { type: "nfm_reply", nfm_reply: { name: wish.name, body: "Sent", response_json: JSON.stringify(wish.fields) } }, "Sent");
    case "order": {
      const items = wish.items.map(({ id, quantity, price, currency }) => ({ product_retailer_id: id, quantity, item_price: price, currency }));
      return told("order", { catalog_id: "194836987003835", ...(wish.text !== undefined && { text: wish.text }), product_items: items }, wish.text ?? wish.items.map(({ id, quantity }) => `${quantity} × ${id}`).join(", "));
    }
    case "unsupported": {
      const errors = [{ code: 131_051, title: "Message type unknown", message: "Message type unknown", error_data: { details: "Message type is currently not supported." } }];
      return { fields: { type: "unsupported", errors, unsupported: { type: wish.what ?? "poll" } }, text: wish.what ?? "poll", app: { kind: "unsupported" } };
    }
  }
}
