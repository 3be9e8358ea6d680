export interface Address { name: string; address: string }

/** `a@b.c` with what mail systems accept in life; quoted local parts are not pretended. */
const PLAIN = /^[^\s@<>,;:"()[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** Reads `a@b.c` or `Name <a@b.c>`; null when it is neither. */
export function parseAddress(text: string): Address | null {
  const named = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  const address = (named?.[2] ?? text).trim();
  return PLAIN.test(address) ? { name: (named?.[1] ?? "").trim(), address } : null;
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

/** Without what follows a `+`. */
export const localOf = (address: string): string => address.slice(0, address.lastIndexOf("@")).split("+")[0]!.toLowerCase();
