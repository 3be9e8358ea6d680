import { PUBLIC_LANGUAGES, type PublicLanguage } from "./language";

/** What the business says in its chat, in one language; what is empty is said in the first one. */
export interface ChatTexts { greeting: string; awayMessage: string; consentText: string; /** Of the lines that come out of the bubble, in their order. */ greetings: readonly string[] }

interface Texts { greeting: string; awayMessage: string; consentText: string; greetings: readonly { text: string }[]; languages: Readonly<Record<string, Partial<ChatTexts>>> }

/** What we say for a business that has written nothing of its own. */
export const UNWRITTEN: Readonly<Record<PublicLanguage, Pick<ChatTexts, "greeting" | "awayMessage">>> = {
  en: { greeting: "Hello. How can we help?", awayMessage: "We are away right now. Leave a message and we will answer here." },
  de: { greeting: "Hallo. Wie können wir helfen?", awayMessage: "Wir sind gerade nicht da. Schreiben Sie uns, wir antworten hier." },
  es: { greeting: "Hola. ¿En qué podemos ayudar?", awayMessage: "Ahora mismo no estamos. Déjenos un mensaje y le responderemos aquí." },
  fr: { greeting: "Bonjour. Comment pouvons-nous vous aider ?", awayMessage: "Nous sommes absents pour le moment. Laissez un message, nous répondrons ici." },
  ar: { greeting: "مرحبًا. كيف يمكننا المساعدة؟", awayMessage: "نحن غير متاحين الآن. اترك رسالة وسنرد عليك هنا." },
};

/** The texts for somebody who reads `locale`: in exactly that, else in its language, else in any variety of it, else as they stand; what the business has not written, in ours. */
export function inLanguage<T extends Texts>(texts: T, locale: string | undefined): T {
  const { languages } = texts;
  const wanted = (locale ?? "").toLowerCase();
  const base = wanted.split("-")[0]!;
  const keys = Object.keys(languages);
  const key = keys.find((one) => one.toLowerCase() === wanted) ?? keys.find((one) => one.toLowerCase() === base) ?? keys.find((one) => base !== "" && one.toLowerCase().split("-")[0] === base);
  const ours = UNWRITTEN[PUBLIC_LANGUAGES.find((one) => one === base) ?? "en"];
  const { greeting, awayMessage, consentText, greetings = [] } = key === undefined ? {} : languages[key]!;
  return {
    ...texts,
    greeting: greeting || (texts.greeting === UNWRITTEN.en.greeting ? ours.greeting : texts.greeting),
    awayMessage: awayMessage || (texts.awayMessage === UNWRITTEN.en.awayMessage ? ours.awayMessage : texts.awayMessage),
    // Where nobody has to agree in the first language, nobody has to in another.
    consentText: texts.consentText === "" ? "" : consentText || texts.consentText,
    greetings: texts.greetings.map((one, index) => ({ ...one, text: greetings[index] || one.text })),
  };
}
