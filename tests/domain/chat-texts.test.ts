import { expect, it } from "vitest";
import { inLanguage } from "../../worker/domain/chat-texts";

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
