/** Lines an attribution may be wrapped over: Gmail breaks long names twice. */
const WRAPPED_LINES = 3;
const MAX_ATTRIBUTION = 400; // bounds the regular expressions below
const MAX_LINE = 500; // likewise: no separator is longer, and a line may be megabytes
const HEADER_BLOCK_LINES = 8;
const HEADER_BLOCK_MATCHES = 3; // From plus two others; two alone appear in ordinary text

/** First and last words of "On …, … wrote:" in the languages mail programs speak. A digit (the date) or an address must stand between. */
const ATTRIBUTIONS: readonly RegExp[] = [
  /^On\s.+\swrote\s?:$/i,
  /^Am\s.+\sschrieb\b.*:$/i,
  /^.+\sschrieb am\s.+:$/i,
  /^Le\s.+\sa écrit\s?:$/i,
  /^El\s.+\sescribió\s?:$/i,
  /^Il\s.+\sha scritto\s?:$/i,
  /^Op\s.+\s(?:schreef\b.*|het volgende geschreven)\s?:$/i,
  /^Em\s.+\sescreveu\s?:$/i,
  /^(?:Den|På)\s.+\sskrev\b.*:$/i,
  /^W dniu\s.+(?:pisze|napisał(?:\(a\)|a)?)\s?:$/i,
  /^.+\s(?:пишет|написал(?:\(а\)|а)?)\s?:$/i,
  /^.+(?:写道|寫道)\s?[：:]$/,
  /^.+(?:のメール|のメッセージ|wrote)\s?[：:]$/,
];
const ORIGINAL = /^[-_ ]{2,}(?:Original Message|Original Appointment|Ursprüngliche Nachricht|Originalnachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original|Ursprungligt meddelande|Wiadomość oryginalna|原始邮件|元のメッセージ)[-_ ]{2,}$/i;
const FORWARDED = /^(?:[-_ ]{2,}(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|Messaggio inoltrato|Doorgestuurd bericht|Mensagem encaminhada)[-_ ]{2,}|(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht|Début du message transféré)\s?:)$/i;
const RULE = /^_{20,}$/;
const FROM_LINE = /^\*?(?:From|Von|De|Da|Van|Från|Od|发件人|差出人)\s?[:：]\*?\s*\S/i;
const HEADER_LINE = /^\*?(From|Sent|Date|To|Cc|Subject|Von|Gesendet|Datum|An|Betreff|De|Envoyé|Date|À|Objet|Da|Inviato|Data|A|Oggetto|Enviado|Fecha|Para|Asunto|Assunto|Van|Verzonden|Aan|Onderwerp|Från|Skickat|Till|Ämne|Od|Wysłano|Do|Temat|发件人|发送时间|收件人|主题|差出人|送信日時|宛先|件名)\s?[:：]/i;
const SIGNATURE = /^-- ?$/;
const DEVICE = /^(?:Sent from (?:my|Mail for|Outlook|Yahoo|Proton|Samsung)\b|Sent with\s\S|Get Outlook for\b|Von meinem .{2,30} gesendet|Gesendet (?:von|mit)\s|Envoyé (?:de|depuis)\s|Enviado (?:desde|de|do)\s|Inviato da\s|Verzonden (?:vanaf|met)\s|Skickat från\s|Wysłane z\s|从我的.{2,20}发送|iPhoneから送信).{0,60}$/i;

interface Line { text: string; at: number }

const linesOf = (text: string): Line[] => {
  let at = 0;
  return text.split("\n").map((raw) => {
    const line = { text: raw.slice(0, MAX_LINE).trim(), at };
    at += raw.length + 1;
    // The separator's trailing space is what tells it from a rule.
    return /^-- ?\r?$/.test(raw) ? { ...line, text: "--" } : line;
  });
};

const isQuoted = (line: Line): boolean => line.text.startsWith(">");
const startsAttribution = (text: string): boolean => /\d|@/.test(text) && ATTRIBUTIONS.some((pattern) => pattern.test(text));

/** How many lines from `index` on are one attribution; 0 when none begins here. */
function attributionLength(lines: readonly Line[], index: number): number {
  let joined = "";
  for (let count = 1; count <= WRAPPED_LINES; count++) {
    const line = lines[index + count - 1];
    if (!line?.text || isQuoted(line)) return 0;
    joined = joined ? `${joined} ${line.text}` : line.text;
    if (joined.length > MAX_ATTRIBUTION) return 0;
    if (startsAttribution(joined)) return count;
    // Patterns without a fixed first word must not swallow the lines of an ordinary paragraph.
    if (!/^(?:On|Am|Le|El|Il|Op|Em|Den|På|W dniu)\s/i.test(joined) && !/[<@]/.test(joined)) return 0;
  }
  return 0;
}

function isHeaderBlock(lines: readonly Line[], index: number): boolean {
  if (!FROM_LINE.test(lines[index]?.text ?? "")) return false;
  const names = new Set<string>();
  for (const { text } of lines.slice(index, index + HEADER_BLOCK_LINES)) {
    const name = HEADER_LINE.exec(text)?.[1];
    if (name) names.add(name.toLowerCase());
  }
  return names.size >= HEADER_BLOCK_MATCHES;
}

const nextFilled = (lines: readonly Line[], index: number): number => {
  let next = index;
  while (next < lines.length && !lines[next]!.text) next++;
  return next;
};

/** Whether the sender wrote below or between the quoted lines that begin at `index`. */
function isAnsweredBelow(lines: readonly Line[], index: number): boolean {
  let quoted = false;
  for (let at = index; at < lines.length; at++) {
    const line = lines[at]!;
    if (isQuoted(line)) { quoted = true; continue; }
    if (!line.text) continue;
    if (SIGNATURE.test(line.text) || DEVICE.test(line.text)) return false;
    const attribution = attributionLength(lines, at);
    if (attribution > 0) { at += attribution - 1; continue; }
    if (quoted) return true;
  }
  return false;
}

/**
 * Offset in `text` where the quoted history or the signature begins, so that a preview shows what is new.
 * Null when all of it is to be read: nothing quoted, an answer written between the quoted lines,
 * a forwarded mail, or nothing but a quote. `isReply`: the mail answers another one.
 */
export function quoteStart(text: string, isReply: boolean): number | null {
  const lines = linesOf(text);
  const cutAt = (index: number): number | null => (text.slice(0, lines[index]!.at).trim() ? lines[index]!.at : null);
  let signature: number | null = null;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (!line.text) continue;
    if (FORWARDED.test(line.text) && !isReply) return null;
    const afterRule = RULE.test(line.text) ? nextFilled(lines, index + 1) : -1;
    if (ORIGINAL.test(line.text) || FORWARDED.test(line.text) || (afterRule >= 0 && isHeaderBlock(lines, afterRule)) || isHeaderBlock(lines, index)) return signature ?? cutAt(index);
    const attribution = isQuoted(line) ? 0 : attributionLength(lines, index);
    if (isQuoted(line) || attribution > 0) return isAnsweredBelow(lines, index) ? null : signature ?? cutAt(index);
    if (signature === null && (SIGNATURE.test(line.text) || DEVICE.test(line.text))) signature = cutAt(index);
  }
  return signature;
}
