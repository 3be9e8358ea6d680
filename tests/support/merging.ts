import { expect } from "vitest";
import type { Contact } from "../../worker/contract/contact";
import type { MergeOutcome } from "../../worker/contract/merge";
import { arrives, conversation, newPhone, text, type Desk } from "./conversation";
import { settles } from "./socket";

/** A mail to the desk's mailbox, the first of its thread. */
export const mail = (from: string, words: string) => text(from, words, {
  from: { kind: "email", address: from, name: "Ann by mail" },
  email: { subject: "Bike", html: null, to: [{ name: "", address: "support@acme.example" }], cc: [], bcc: [], replyTo: [], messageId: `${crypto.randomUUID()}@example.com`, quoteAt: null, automatic: "no", warning: null, inReplyTo: [], references: [], conversationId: null },
});

/** What a colleague asks of a desk about people, and what the database says of them. */
export function people(desk: Desk) {
  const { db, id: accountId } = desk.account;
  const post = <T>(path: string, json: object = {}) => desk.fetch(path, { json }).then(async (response) => ({ status: response.status, body: await response.json<T>() }));
  const get = async <T>(path: string) => (await desk.fetch(path)).json<T>();
  const rowOf = (id: string) => db.prepare("SELECT contact_id AS contactId, status FROM conversation WHERE account_id = ? AND id = ?").bind(accountId, id).first<{ contactId: string; status: string }>();
  return {
    post, get, rowOf,
    contactOf: async (conversationId: string) => get<Contact>(`/api/v1/contacts/${(await conversation(desk, conversationId).open()).contactId}`),
    words: async (id: string) => (await conversation(desk, id).entries()).filter(({ kind }) => kind === "message").map((entry) => entry.text),
    listed: async (...ids: string[]) => settles(async () => { for (const id of ids) expect(await rowOf(id)).not.toBeNull(); }),
    /** Until the list says of a conversation what it says of itself. */
    upToDate: async (...ids: string[]) => settles(async () => {
      for (const id of ids) {
        const { mine: _mine, ...row } = await conversation(desk, id).open();
        const found = await db.prepare("SELECT row FROM conversation WHERE account_id = ? AND id = ?").bind(accountId, id).first<{ row: string }>();
        expect(JSON.parse(found?.row ?? "null")).toEqual(row);
      }
    }),
    patch: (id: string, json: object) => desk.fetch(`/api/v1/conversations/${id}`, { method: "PATCH", json }),
    merge: (kept: Pick<Contact, "id">, other: Pick<Contact, "id">, more: object = {}) => post<MergeOutcome>(`/api/v1/contacts/${kept.id}/merge`, { otherId: other.id, ...more }),
    undo: (mergeId: string | null) => post<{ contact: Contact; other: Contact }>(`/api/v1/contacts/merges/${mergeId}/undo`),
  };
}

/** Somebody with a phone and a mailbox, who is two people to us as long as nobody merges them. */
export function somebody(desk: Desk) {
  const { contactOf, upToDate } = people(desk);
  const phone = newPhone();
  const address = `ann-${phone.slice(-4)}@example.com`;
  const texts = async (words: string) => (await arrives(desk, desk.lines.twilio, [text(phone, words)]))[0]!.conversationId;
  const mails = async (words: string) => (await arrives(desk, desk.lines.resend, [mail(address, words)]))[0]!.conversationId;
  return {
    phone, address, texts, mails,
    /** They texted first and then mailed, so that the mail's conversation goes on. */
    asTwo: async () => {
      const texted = await texts("By text"), mailed = await mails("By mail");
      await upToDate(texted, mailed);
      const kept = await contactOf(texted), other = await contactOf(mailed);
      expect(kept.id).not.toBe(other.id);
      return { texted, mailed, kept, other };
    },
  };
}
