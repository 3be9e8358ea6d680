import type { ConsentState } from "../contract/contact";

/** How much each state forbids. */
export const STRICTNESS: Readonly<Record<ConsentState, number>> = { active: 0, "no-marketing": 1, inactive: 2, permanent: 3 };
export const stricter = (one: ConsentState, other: ConsentState): ConsentState => (STRICTNESS[other] > STRICTNESS[one] ? other : one);

/** What an inbound text says about being written to. */
export interface ConsentWords {
  /** Applies at once. `help` asks who we are and changes no consent. */
  change: "stop" | "start" | "help" | null;
  /** Free wording that may be an opt-out: a person decides, unless the account chose to apply it. */
  suspected: boolean;
}

type Change = NonNullable<ConsentWords["change"]>;

/**
 * Whole bodies, upper case and without accents. STOP to OPTOUT are the words carriers and Twilio act on, ARRET is Canada's;
 * "opt out" in two words is one of the seven that US rules (47 CFR 64.1200(a)(10)) call definitive, so it needs no person.
 */
const KEYWORDS: ReadonlyMap<string, Change> = new Map([
  ...["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT-OUT", "OPT OUT", "ARRET"].map((word): [string, Change] => [word, "stop"]),
  ...["START", "UNSTOP"].map((word): [string, Change] => [word, "start"]),
  ...["HELP", "INFO"].map((word): [string, Change] => [word, "help"]),
]);

/** Means "start" only to someone who is opted out; to anybody else it answers a question. */
const YES = "YES";

/** Opt-outs are short; a longer text that contains one is about something else more often than not. Also bounds the matching below. */
const WORDING_MAX = 300;

/** Over lower-case text without accents, with single spaces. Each asks a person, so a false hit costs a glance, not a customer. */
const SUSPICIOUS: readonly RegExp[] = [
  // English
  /^(?:please |pls |just )*(?:stop|quit|cancel|end|unsubscribe)(?: me| it| this| that| now| already| all| please| pls| thanks| thank you)+$/,
  /^(?:please|pls) (?:stop|quit|cancel|unsubscribe)$/,
  /\b(?:stop|quit|cease|no more) (?:the |these |all |with the )?(?:texting|texts?|messaging|messages?|sms|contacting|sending|writing|spamming|bothering)\b/,
  /\b(?:don'?t|do not|never) (?:ever )?(?:text|message|contact|write|sms|bother) (?:to )?(?:me|us|this number)\b/,
  /\bunsubscribe\b|\bopt(?:ing)? (?:me )?out\b|\bopt-out\b|\brevoke (?:my )?consent\b/,
  /\b(?:take|remove|delete|get) (?:me|us|my (?:phone )?number) (?:off|from)\b.{0,20}\b(?:lists?|database|system|contacts|texts?|messages?)\b/,
  /\blose my number\b|\bleave (?:me|us) alone\b/,
  // Spanish
  /^(?:por favor )?(?:alto|basta|parar?|paren|pare|baja|cancelar)(?: ya| ahora)?(?: por favor| gracias)?$/,
  /\b(?:deja|deje|dejen|dejad|para|pare|paren) de (?:enviar|mandar|escribir|contactar|molestar|textear)/,
  /\bno (?:me|nos) (?:envie[sn]?|mande[sn]?|escriba[sn]?|contacte[sn]?|moleste[sn]?|textee[sn]?)\b/,
  /\b(?:darme|darnos|darse|deme|denme|dame|dar) de baja\b|\bno quiero (?:recibir )?(?:mas )?(?:mensajes|sms|textos)\b|\bno quiero recibir mas\b/,
  /\b(?:quitar?|quite|quiten|borrar?|borre|borren|elimin[ae]r?|eliminen|sacar?|saque|saquen)(?:me)? (?:mi numero )?de (?:la|su|tu|esta) (?:lista|base)\b/,
  // French
  /^(?:stop|arret|arretez?|arreter)(?: svp| stp| s'il vous plait| s'il te plait| merci| maintenant| tout)+$/,
  /^(?:merci d'|veuillez )?(?:arretez|arreter|cessez)$/,
  /\b(?:arrete[zr]?|cesse[zr]?) (?:de |d')(?:me |m')?(?:envoyer|ecrire|contacter|texter|harceler|deranger|solliciter)/,
  /\bne (?:me |m'|nous )(?:ecrivez|envoyez|contactez|textez|derangez|ecris|envoie|contacte) (?:plus|pas)\b/,
  /\bdesabonne|\bdesinscri|\bne (?:veux|souhaite|desire) plus (?:recevoir|de (?:messages|sms|textos)|etre contacte)/,
  /\b(?:retirez|supprimez|enlevez|rayez)[ -](?:moi|mon numero) de (?:la|votre|vos) (?:listes?|base)\b/,
  // German
  /\b(?:hor(?:t|en sie|e)?|horen sie) (?:bitte |endlich )?auf(?:,| )? ?(?:mir|mich|uns|zu|damit)\b|\b(?:schreib|schreibt|schreiben sie|kontaktier(?:e|t|en sie)?|schick|schickt|schicken sie) (?:mir|mich|uns) (?:bitte |hier )*(?:nicht(?:s)? mehr|keine)\b/,
  /\b(?:mich|uns) (?:bitte )?nicht (?:mehr|langer) (?:anschreiben|kontaktieren|belastigen)\b|\b(?:lass|lasst|lassen sie) (?:mich|uns) (?:bitte |endlich )?in ruhe\b/,
  /\bkeine weiteren (?:sms|nachrichten|werbung|mitteilungen)\b|\bkeine (?:sms|nachrichten|werbung|mitteilungen) mehr\b/,
  /^(?:bitte )?(?:abmelden|abbestellen|austragen|stopp?|aufhoren)(?: bitte| danke)?$|\b(?:mich|vom newsletter|vom verteiler) (?:bitte )?(?:abmelden|austragen)\b|\b(?:melde|meldet|melden sie) mich (?:bitte )?ab\b|\babbestellen\b/,
  /\b(?:losch(?:e|t|en sie)?|entfern(?:e|t|en sie)?|streich(?:e|t|en sie)?) (?:bitte )?(?:mich|meine nummer)\b|\b(?:mich|meine nummer) (?:bitte )?(?:loschen|entfernen|streichen)\b/,
  // Portuguese
  /^(?:por favor )?(?:pare|parem|parar|sair|cancelar|chega)(?: ja| agora)?(?: por favor| obrigad[oa])?$/,
  /\b(?:pare|parem|para|deixe|deixem) de (?:me |nos )?(?:enviar|mandar|escrever|contatar|contactar|incomodar|perturbar)/,
  /\bnao (?:me |nos )?(?:envie|enviem|mande|mandem|escreva|escrevam|contate|contatem|contacte|contactem)(?:-me)?\b.{0,20}\bmais\b/,
  /\bnao (?:quero|desejo) (?:mais )?receber\b|\bnao quero mais (?:mensagens|sms)\b|\bdescadastr|\bcancelar (?:a |minha )*(?:inscricao|subscricao|assinatura de (?:sms|mensagens))\b/,
  /\b(?:remova|removam|retire|retirem|tire|tirem|exclua|excluam)(?:-me| me| (?:o )?meu numero) d(?:a|esta|essa|e) (?:sua |vossa )?(?:lista|base)\b/,
];

/**
 * Reads one inbound body. Keywords count only as the whole body, whatever its case, surrounding punctuation or accents:
 * "Please stop by the shop" is no opt-out. A provider's own verdict, where it sends one, goes before this.
 */
export function readConsent(text: string, optedOut: boolean): ConsentWords {
  if (text.trim().length > WORDING_MAX) return { change: null, suspected: false };
  const bare = text.normalize("NFKD").replaceAll(/\p{Mn}/gu, "").replaceAll(/[’‘]/gu, "'").replaceAll(/\s+/gu, " ")
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  const word = bare.toUpperCase();
  const change = word === YES && optedOut ? "start" : KEYWORDS.get(word) ?? null;
  if (change !== null) return { change, suspected: false };
  const words = bare.toLowerCase().replaceAll(/(?<=\p{L})[!.,;:]+(?= |$)/gu, "");
  return { change: null, suspected: SUSPICIOUS.some((pattern) => pattern.test(words)) };
}
