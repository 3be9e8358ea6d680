/** More automated mails in one thread within an hour are two machines that talk to each other: a person reads none of them. */
export const AUTOMATED_PER_HOUR = 10;
const HOUR_MS = 3_600_000;

/** What an automated mail would go out into. `answered` is the mail it answers, null when it answers none; `sentAt` are the times (ms) of the automated mails of the thread. */
export interface MachineQuestion { answered: { direction: "in" | "out" | null; automatic: "no" | "auto-reply" | "bulk" } | null; sentAt: readonly number[]; now: number }

/** Why a machine may not write this mail now; null when it may. A person always may. */
export function machineMayNot({ answered, sentAt, now }: MachineQuestion): { reason: "automatic-mail" | "mail-loop"; sentence: string } | null {
  if (answered?.direction === "in" && answered.automatic !== "no")
    return { reason: "automatic-mail", sentence: "The mail this answers was written by a machine, and automation never answers one: two of them would not stop. Write to them yourself." };
  if (sentAt.filter((at) => now - at < HOUR_MS).length >= AUTOMATED_PER_HOUR)
    return { reason: "mail-loop", sentence: `Automation has written ${AUTOMATED_PER_HOUR} mails in this thread within an hour, which looks like two machines answering each other. Write yourself, or wait.` };
  return null;
}
