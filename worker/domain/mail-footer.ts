import { directionOf, preferredLanguage, PUBLIC_LANGUAGES } from "./language";
import { escapeHtml } from "./mail-html";
import { UNSUBSCRIBE_WORDS } from "./unsubscribe-words";

/** What stands below a mail that no person wrote: who sent it (`name`, the business), and the link to be rid of such mail. `language` is the reader's, as BCP 47; ours where we do not speak it. */
export function automatedFooter(language: string, name: string, url: string): { text: string; html: string } {
  const spoken = preferredLanguage(language, PUBLIC_LANGUAGES);
  const { footer, automated } = UNSUBSCRIBE_WORDS[spoken];
  const words = footer.replace("{name}", () => name);
  return {
    text: `${words}\n${automated}: ${url}`,
    html: `<div dir="${directionOf(spoken)}" style="margin-top:24px;font-size:12px;color:#767676">${escapeHtml(words)} <a href="${escapeHtml(url)}" style="color:#767676">${escapeHtml(automated)}</a></div>`,
  };
}
