/** A mail as it reached the provider: all of it where it passes that on, else its header lines. */
export interface OriginalMail { raw: Uint8Array | null; headers: [name: string, value: string][] }

const MAX_HEADERS = 65_536; // bytes of a header block; long Exchange routes reach 30 kB

/** The lines of a header block, folded ones joined. */
export const headerLines = (block: string): [string, string][] => block.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/).flatMap((line): [string, string][] => {
  const colon = line.indexOf(":");
  return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()]] : [];
});

/** A raw mail with its header lines. */
export function originalMail(raw: Uint8Array): OriginalMail {
  const [block = ""] = new TextDecoder().decode(raw.subarray(0, MAX_HEADERS)).split(/\r?\n\r?\n/, 1);
  return { raw, headers: headerLines(block) };
}
