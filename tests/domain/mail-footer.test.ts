import { expect, it } from "vitest";
import { automatedFooter } from "../../worker/domain/mail-footer";

const URL = "https://inbox.example.com/l/u/x.y";

it.each([
  ["en", "Stop automated mail", "ltr"], ["de-AT", "Automatische E-Mails abbestellen", "ltr"], ["es", "No recibir correo automático", "ltr"], ["fr-CA", "Ne plus recevoir d’e-mails automatiques", "ltr"], ["ar", "إيقاف الرسائل الآلية", "rtl"],
  ["", "Stop automated mail", "ltr"], ["ja", "Stop automated mail", "ltr"],
])("the link below automated mail for a reader of “%s”", (language, label, direction) => {
  const { text, html } = automatedFooter(language, "Acme", URL);
  expect(text).toMatch(new RegExp(`Acme.*\\n${label}: ${URL}$`));
  expect(html).toContain(`dir="${direction}"`);
  expect(html).toContain(`>${label}</a>`);
});

it("a business's name is words and nothing else", () => {
  const { text, html } = automatedFooter("en", "<b>$&</b> {name}", URL);
  expect(text).toContain("This mail from <b>$&</b> {name} was sent");
  expect(html).toContain("&lt;b&gt;$&amp;&lt;/b&gt; {name}");
});
