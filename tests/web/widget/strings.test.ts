import { expect, it } from "vitest";
import { en } from "../../../web/widget/locales/en";
import { loadLanguage } from "../../../web/widget/strings";

it.each([
  ["de-AT", "de-AT", "ltr", "Senden"], ["es", "es", "ltr", "Enviar"], ["fr-CA", "fr-CA", "ltr", "Envoyer"], ["ar-EG", "ar-EG", "rtl", "إرسال"],
  ["en-GB", "en-GB", "ltr", "Send"], ["xx", "en", "ltr", "Send"], ["not a locale", "en", "ltr", "Send"], ["", "en", "ltr", "Send"], ["constructor", "en", "ltr", "Send"],
])("a page in %s gets %s, %s", async (wanted, locale, dir, send) => {
  const language = await loadLanguage(wanted);
  expect([language.locale, language.dir, language.words("send")]).toEqual([locale, dir, send]);
});

it.each(["de", "es", "fr", "ar"])("%s has every text, with the same blanks", async (language) => {
  const { words } = await loadLanguage(language);
  for (const [key, text] of Object.entries(en)) {
    const translated = words(key as keyof typeof en, "{name}");
    expect(translated, key).not.toBe("");
    expect(translated.includes("{name}"), key).toBe(text.includes("{name}"));
  }
});
