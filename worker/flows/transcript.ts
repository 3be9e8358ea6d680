import type { VisitorMessage } from "../contract/widget";
import type { Account } from "../db/locate";
import { transcriptMail } from "../domain/chat-mail";
import { sendAccountMail } from "./account-mail";

/** What fits a mail that somebody reads: the newest of a very long chat. */
const MAX_MESSAGES = 500;

/** A visitor's own side of a conversation. Null while nobody of the team has answered: we mail nobody the words of a stranger alone. */
export async function transcriptOf(account: Account, { connectionId, visitorId, conversationId }: { connectionId: string; visitorId: string; conversationId: string }): Promise<VisitorMessage[] | null> {
  const { messages } = await account.conversation(conversationId).visitorPage(visitorId, connectionId, null, MAX_MESSAGES);
  const said = messages.filter(({ deleted }) => !deleted);
  return said.some(({ mine }) => !mine) ? said : null;
}

/** False when the account has no mailbox that could send it, or the mailbox refused. */
export function mailTranscript(account: Account, said: readonly VisitorMessage[], { email, locale, timeZone, business }: { email: string; locale: string | null; timeZone: string | null; business: string }, now: number): Promise<boolean> {
  const lines = said.map(({ mine, author, text, attachments, at }) => ({ author: mine ? "" : author || business, text, files: attachments.map(({ name }) => name), at: Date.parse(at) }));
  return sendAccountMail(account, { to: email, ...transcriptMail(business, lines, locale, timeZone) }, now);
}
