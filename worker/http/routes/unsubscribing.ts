import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { readAccount } from "../../db/accounts";
import { findAccount } from "../../db/locate";
import { preferredLanguage, PUBLIC_LANGUAGES, type PublicLanguage } from "../../domain/language";
import { escapeHtml } from "../../domain/mail-html";
import { UNSUBSCRIBE_WORDS, type UnsubscribeWords } from "../../domain/unsubscribe-words";
import { unsubscribe, unsubscriberOf } from "../../flows/unsubscribe";
import { floodsAs, tooMany } from "../middleware/visitor";
import { pageHeaders, publicPage } from "../public-page";
import type { AppEnv } from "../router";

/** `List-Unsubscribe=One-Click`, or one field of our own form. */
const MAX_FORM_BYTES = 4_096;

const fill = (text: string, values: Record<string, string>): string => text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);

/**
 * Behind the unsubscribe link of an automated mail. Whoever has the link may use it: it needs no login, as RFC 8058 asks. Only a
 * POST changes anything, because scanners and previews open links. The signature says whom it is about.
 */
export const unsubscribing = new Hono<AppEnv>()
  // By address alone, whatever the link: a mail company's machines press for many readers, and each guess would be another link.
  .use("/l/u/*", async (c, next) => (floodsAs(c, "unsubscribe") ? tooMany(c) : next()))
  .get("/l/u/:token", async (c) => {
    const found = await whose(c);
    if (!found) return over(c);
    const { words, language, values } = found;
    return show(c, language, fill(words.title, values), `<h1>${escapeHtml(fill(words.ask, values))}</h1><p>${escapeHtml(fill(words.hint, values))}</p>
<form method="post"><button name="mail" value="automated">${escapeHtml(words.automated)}</button><button class="quiet" name="mail" value="all">${escapeHtml(words.all)}</button></form>`);
  })
  .post("/l/u/:token", bodyLimit({ maxSize: MAX_FORM_BYTES }), async (c) => {
    const found = await whose(c);
    if (!found) return over(c);
    const form = await c.req.parseBody().catch((): Record<string, unknown> => ({}));
    const isOneClick = form["List-Unsubscribe"] === "One-Click";
    // A POST that says neither did not come from a button.
    if (!isOneClick && form["mail"] !== "automated" && form["mail"] !== "all") return over(c, 400);
    const all = form["mail"] === "all";
    await unsubscribe(c.env, found.person, { way: isOneClick ? "one-click" : "page", all }, c.var.now);
    const { words, language, values } = found;
    return show(c, language, fill(words.title, values), `<h1>${escapeHtml(fill(all ? words.doneAll : words.done, values))}</h1><p>${escapeHtml(values["address"]!)}</p>`);
  });

async function whose(c: Context<AppEnv>) {
  const person = await unsubscriberOf(c.env, c.req.param("token") ?? "");
  const account = person && await findAccount(c.env, person.accountId);
  if (!person || !account) return null;
  const { language, words } = spoken(c);
  return { person, language, words, values: { name: (await readAccount(account)).name, address: person.address } };
}

function spoken(c: Context<AppEnv>): { language: PublicLanguage; words: UnsubscribeWords } {
  const language = preferredLanguage(c.req.header("accept-language"), PUBLIC_LANGUAGES);
  return { language, words: UNSUBSCRIBE_WORDS[language] };
}

const show = (c: Context<AppEnv>, language: PublicLanguage, title: string, body: string, status: 200 | 400 | 404 = 200) => c.html(publicPage(title, body, language), status, pageHeaders("'self'"));

function over(c: Context<AppEnv>, status: 400 | 404 = 404) {
  const { language, words } = spoken(c);
  return show(c, language, words.over, `<h1>${escapeHtml(words.over)}</h1><p>${escapeHtml(words.overHint)}</p>`, status);
}
