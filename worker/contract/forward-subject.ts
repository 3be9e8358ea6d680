/** What mail programs put before the subject of what they carry on, in the languages that have a word of their own for it. */
const FORWARD_PREFIX = /^\s*(?:fwd?|wg|tr|rv|enc)\s*:\s*/i;

/** `Fwd: …` exactly once. A rule that stands here because both sides write it: the composer beforehand, the server where nobody chose a subject. */
export function forwardSubject(subject: string): string {
  let rest = subject;
  for (let next = rest.replace(FORWARD_PREFIX, ""); next !== rest; next = rest.replace(FORWARD_PREFIX, "")) rest = next;
  return `Fwd: ${rest.trim()}`.trim();
}
