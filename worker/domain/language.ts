/** What we speak with people who have no account: in the chat, in mails about it and on pages behind our links. English first. */
export const PUBLIC_LANGUAGES = ["en", "de", "es", "fr", "ar"] as const;
export type PublicLanguage = (typeof PUBLIC_LANGUAGES)[number];

const MAX_WISHES = 20; // more in one header is no reader's wish

/** The first of the offered languages that a reader's `Accept-Language` asks for (`de-AT` reads `de`); else the first offered. RFC 9110, 12.5.4. */
export function preferredLanguage<L extends string>(header: string | undefined, offered: readonly [L, ...L[]]): L {
  const wishes = (header ?? "").split(",", MAX_WISHES).map((wish) => {
    const [tag = "", ...parameters] = wish.trim().toLowerCase().split(/\s*;\s*/);
    const weight = Number(parameters.find((one) => one.startsWith("q="))?.slice(2) ?? 1);
    return { language: tag.split("-")[0]!, weight: weight >= 0 && weight <= 1 ? weight : 0 };
  });
  const ranked = wishes.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  return ranked.map(({ language }) => offered.find((one) => one === language)).find((found) => found !== undefined) ?? offered[0];
}

const RIGHT_TO_LEFT: ReadonlySet<PublicLanguage> = new Set<PublicLanguage>(["ar"]);
/** HTML's `dir`. */
export const directionOf = (language: PublicLanguage): "rtl" | "ltr" => (RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr");
