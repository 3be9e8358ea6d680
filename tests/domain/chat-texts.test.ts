import { expect, it } from "vitest";
import { inLanguage, UNWRITTEN } from "../../worker/domain/chat-texts";

const texts = {
  greeting: "Hello", awayMessage: "Away", consentText: "I agree", greetings: [{ text: "Need help?", pages: "/cart" }, { text: "Still here?", pages: "" }],
  languages: { de: { greeting: "Hallo", awayMessage: "", consentText: "Ich stimme zu", greetings: ["Hilfe?", ""] }, "pt-BR": { greeting: "Oi" }, "pt-PT": { greeting: "Olá" } },
};

it.each([
  ["de", "Hallo"], ["de-AT", "Hallo"], ["DE", "Hallo"], ["pt-PT", "Olá"], ["pt-pt", "Olá"], ["pt", "Oi"], ["pt-AO", "Oi"], ["en", "Hello"], ["", "Hello"], [undefined, "Hello"], ["d", "Hello"], ["constructor", "Hello"],
])("whoever reads %s is greeted with %s", (locale, greeting) => expect(inLanguage(texts, locale).greeting).toBe(greeting));

it("what was not translated is said in the first language", () => {
  expect(inLanguage(texts, "de")).toMatchObject({ awayMessage: "Away", consentText: "Ich stimme zu", greetings: [{ text: "Hilfe?", pages: "/cart" }, { text: "Still here?", pages: "" }] });
});

it("where nobody has to agree in the first language, nobody has to in another", () => expect(inLanguage({ ...texts, consentText: "" }, "de").consentText).toBe(""));

it.each<[locale: string | undefined, own: Partial<typeof texts>, greeting: string]>([
  ["fr-CA", {}, UNWRITTEN.fr.greeting], ["ar", {}, UNWRITTEN.ar.greeting], ["nl", {}, UNWRITTEN.en.greeting], [undefined, {}, UNWRITTEN.en.greeting],
  ["de", {}, "Hallo"], ["fr", { greeting: "Welcome to the shop" }, "Welcome to the shop"],
])("whoever reads %s is greeted in their language where the business wrote nothing, and as it wrote otherwise: %j", (locale, own, greeting) => {
  expect(inLanguage({ ...texts, ...UNWRITTEN.en, ...own }, locale).greeting).toBe(greeting);
});
