import type { EmailFields } from "../../worker/contract/entry";
import type { MachineQuestion } from "../../worker/domain/mail-loop";
import type { Store } from "./store";

/** More entries than an hour of any conversation has, mail by mail. */
const REACH = 200;

/** What is asked before a mail leaves that no person wrote. */
export function machineQuestion(store: Store, { fields, internal }: { fields: EmailFields; internal: { inReplyTo: string | null } }, now: number): MachineQuestion {
  const answered = internal.inReplyTo === null ? null : store.byMessageId(internal.inReplyTo)?.entry;
  const written = store.page({ limit: REACH }).filter(({ entry, internal: { automated } }) => automated && entry.direction === "out" && !entry.deleted && entry.email?.threadId === fields.threadId);
  return { answered: answered?.email ? { direction: answered.direction, automatic: answered.email.automatic } : null, sentAt: written.map(({ entry }) => Date.parse(entry.at)), now };
}
