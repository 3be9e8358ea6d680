/** The named entities that mail programs write; everything else comes as a number or as the character itself. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ensp: " ", emsp: " ", thinsp: " ", zwnj: "", zwj: "\u200d", shy: "", lrm: "", rlm: "",
  copy: "©", reg: "®", trade: "™", deg: "°", micro: "µ", middot: "·", bull: "•", hellip: "…", ndash: "–", mdash: "—", sect: "§", para: "¶", plusmn: "±", times: "×", divide: "÷",
  lsquo: "‘", rsquo: "’", sbquo: "‚", ldquo: "“", rdquo: "”", bdquo: "„", laquo: "«", raquo: "»", lsaquo: "‹", rsaquo: "›",
  cent: "¢", pound: "£", yen: "¥", euro: "€", iexcl: "¡", iquest: "¿", frac12: "½", frac14: "¼", frac34: "¾", sup2: "²", sup3: "³", ordf: "ª", ordm: "º",
  larr: "←", uarr: "↑", rarr: "→", darr: "↓", check: "✓", hearts: "♥",
  Agrave: "À", Aacute: "Á", Acirc: "Â", Atilde: "Ã", Auml: "Ä", Aring: "Å", AElig: "Æ", Ccedil: "Ç", Egrave: "È", Eacute: "É", Ecirc: "Ê", Euml: "Ë", Igrave: "Ì", Iacute: "Í", Icirc: "Î", Iuml: "Ï",
  Ntilde: "Ñ", Ograve: "Ò", Oacute: "Ó", Ocirc: "Ô", Otilde: "Õ", Ouml: "Ö", Oslash: "Ø", Ugrave: "Ù", Uacute: "Ú", Ucirc: "Û", Uuml: "Ü", Yacute: "Ý", szlig: "ß",
  agrave: "à", aacute: "á", acirc: "â", atilde: "ã", auml: "ä", aring: "å", aelig: "æ", ccedil: "ç", egrave: "è", eacute: "é", ecirc: "ê", euml: "ë", igrave: "ì", iacute: "í", icirc: "î", iuml: "ï",
  ntilde: "ñ", ograve: "ò", oacute: "ó", ocirc: "ô", otilde: "õ", ouml: "ö", oslash: "ø", ugrave: "ù", uacute: "ú", ucirc: "û", uuml: "ü", yacute: "ý", yuml: "ÿ", oelig: "œ", OElig: "Œ", scaron: "š", Scaron: "Š",
};
const MAX_CODE_POINT = 0x10ffff;

function codePoint(digits: string, radix: number): string {
  const code = parseInt(digits, radix);
  const isText = code >= 0x20 && code <= MAX_CODE_POINT && !(code >= 0xd800 && code <= 0xdfff);
  if (code === 9 || code === 10 || code === 13) return " ";
  return isText ? String.fromCodePoint(code) : "\ufffd";
}

/** Decodes character references of HTML; unknown names stay as they are written. */
export const decodeEntities = (html: string): string => html.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,30}));?/gi, (whole: string, hex?: string, decimal?: string, name?: string) => {
  if (hex) return codePoint(hex, 16);
  if (decimal) return codePoint(decimal, 10);
  return name && Object.hasOwn(NAMED, name) ? NAMED[name]! : whole;
});
