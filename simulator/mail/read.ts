import PostalMime, { type Address as Parsed } from "postal-mime";
import type { MailFacts, WorldMessage } from "../api";
import type { Realm } from "../provider";
import { toMedia } from "../upload";
import { idsIn } from "./thread";

const addresses = (list: readonly Parsed[] | undefined): string[] => (list ?? []).flatMap((one) => one.group ?? [one]).map(({ address }) => address ?? "").filter(Boolean);

/** What a company reads of a raw mail that the app hands it. Whoever is in the envelope and nowhere in the mail got a blind copy. */
export async function readMail(raw: Uint8Array<ArrayBuffer>, envelope: readonly string[], realm: Realm): Promise<Pick<WorldMessage, "from" | "to" | "text" | "media"> & { mail: MailFacts }> {
  const { from, to, cc, replyTo, subject, html, text, messageId, inReplyTo, references, headers, attachments } = await PostalMime.parse(raw);
  const [shownTo, shownCc] = [addresses(to), addresses(cc)];
  const shown = new Set([...shownTo, ...shownCc].map((address) => address.toLowerCase()));
  const media = attachments.map(({ filename, mimeType, content }) => toMedia(realm.blobs.put(filename ?? "file", mimeType, typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content))));
  return {
    from: from?.address ?? "", to: envelope.join(", "), text: text ?? "", media,
    mail: {
      fromName: from?.name ?? "", to: shownTo, cc: shownCc, bcc: envelope.filter((address) => !shown.has(address.toLowerCase())), replyTo: addresses(replyTo)[0] ?? null, subject: subject ?? "", html: html ?? null,
      messageId: messageId ?? "", inReplyTo: idsIn(inReplyTo ?? "")[0] ?? null, references: idsIn(references ?? ""), headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    },
  };
}
