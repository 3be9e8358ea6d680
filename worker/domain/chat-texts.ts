/** What the business says in its chat, in one language; what is empty is said in the first one. */
export interface ChatTexts { greeting: string; awayMessage: string; consentText: string; /** Of the lines that come out of the bubble, in their order. */ greetings: readonly string[] }

interface Texts { greeting: string; awayMessage: string; consentText: string; greetings: readonly { text: string }[]; languages: Readonly<Record<string, Partial<ChatTexts>>> }

/** The texts for somebody who reads `locale`: in exactly that, else in its language, else in any variety of it, else as they stand. */
export function inLanguage<T extends Texts>(texts: T, locale: string | undefined): T {
  const { languages } = texts;
  const wanted = (locale ?? "").toLowerCase();
  const base = wanted.split("-")[0]!;
  const keys = Object.keys(languages);
  const key = keys.find((one) => one.toLowerCase() === wanted) ?? keys.find((one) => one.toLowerCase() === base) ?? keys.find((one) => base !== "" && one.toLowerCase().split("-")[0] === base);
  if (key === undefined) return texts;
  const { greeting, awayMessage, consentText, greetings = [] } = languages[key]!;
  return {
    ...texts,
    greeting: greeting || texts.greeting, awayMessage: awayMessage || texts.awayMessage,
    // Where nobody has to agree in the first language, nobody has to in another.
    consentText: texts.consentText === "" ? "" : consentText || texts.consentText,
    greetings: texts.greetings.map((one, index) => ({ ...one, text: greetings[index] || one.text })),
  };
}
