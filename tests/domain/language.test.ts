import { expect, it } from "vitest";
import { preferredLanguage } from "../../worker/domain/language";

it.each<[string | undefined, string]>([
  [undefined, "en"], ["", "en"], ["de", "de"], ["DE-at", "de"], ["fr;q=0.5, de;q=0.9", "de"], ["nl, fr", "fr"], ["de;q=0, fr", "fr"], ["*", "en"], ["de;q=7, fr", "fr"], ["de;q=x", "en"], [",,;;q=1", "en"], [`${"xx,".repeat(50)}de`, "en"],
])("%j reads %s", (header, language) => expect(preferredLanguage(header, ["en", "de", "fr"])).toBe(language));
