/** History that stands in one element of its own. What follows it was written below or between the quoted lines. */
const QUOTED = 'blockquote[type="cite"], .gmail_quote_container, .gmail_quote, .protonmail_quote, .yahoo_quoted, .moz-cite-prefix, #mail-editor-reference-message-container';
/** Where history begins that stands open: everything after it belongs to it. */
const BEGINS = '#appendonsend, #divRplyFwdMsg, div[style*="border-top:solid #E1E1E1" i], div[style*="border-top: solid #E1E1E1" i], div[style*="border-top:solid #B5C4DF" i]';
const SIGNATURE = '.gmail_signature, .moz-signature, .protonmail_signature_block, #AppleMailSignature, #Signature, [data-smartmail="gmail_signature"]';

/** More than any thread has; each is compared with all that stands before it. */
const MAX_SIGNATURES = 20;

export interface FoldLabels { quote: string; signature: string }

/** Puts quoted history and signatures behind disclosures, which need no script to open. Whether there was history. */
export function foldMail(body: HTMLElement, labels: FoldLabels): boolean {
  const history = historyOf(body);
  if (history.length > 0) wrap(history, labels.quote);
  for (const signature of [...body.querySelectorAll<HTMLElement>(SIGNATURE)].slice(0, MAX_SIGNATURES)) {
    // With the history it is away already; a mail that is nothing but its signature stays open.
    if (!signature.closest("details") && hasWords(signature) && wordsBefore(body, signature)) wrap([signature], labels.signature);
  }
  return history.length > 0;
}

/** The nodes of the quoted history, in order; none where all of it is to be read: no history, a forwarded mail, or an answer between the quoted lines. */
function historyOf(body: HTMLElement): ChildNode[] {
  const first = body.querySelector<HTMLElement>(`${QUOTED}, ${BEGINS}`);
  if (!first || !wordsBefore(body, first)) return [];
  if (first.matches(BEGINS)) return withRule(first);
  // Thunderbird writes who said it before the quote.
  const quote = first.matches(".moz-cite-prefix") && first.nextElementSibling?.matches("blockquote") ? [first, first.nextElementSibling] : [first];
  const rest = followers(quote.at(-1)!);
  return hasWordsAfter(body, quote.at(-1)!) ? [] : [...quote, ...rest];
}

const hasWords = (node: Node): boolean => (node.textContent ?? "").trim() !== "";
const isPicture = (node: Node): boolean => node instanceof Element && (node.matches("img") || node.querySelector("img") !== null);

function followers(node: Node): ChildNode[] {
  const found: ChildNode[] = [];
  for (let next = node.nextSibling; next; next = next.nextSibling) found.push(next);
  return found;
}

/** What begins the history, what follows it, and the rule that Outlook draws above. */
function withRule(start: HTMLElement): ChildNode[] {
  const before = start.previousElementSibling;
  return [...(before?.matches("hr") ? [before] : []), start, ...followers(start)];
}

/** Whether anything is said, or shown, before this element. */
function wordsBefore(body: HTMLElement, element: Element): boolean {
  const range = body.ownerDocument.createRange();
  range.setStart(body, 0);
  range.setEndBefore(element);
  const before = range.cloneContents();
  return hasWords(before) || [...before.children].some(isPicture);
}

/** Whether the sender wrote below it, beyond further quotes and their signature. */
function hasWordsAfter(body: HTMLElement, element: Element): boolean {
  const range = body.ownerDocument.createRange();
  range.setStartAfter(element);
  range.setEnd(body, body.childNodes.length);
  const after = range.cloneContents();
  for (const known of after.querySelectorAll(`${QUOTED}, ${SIGNATURE}, blockquote`)) known.remove();
  return hasWords(after);
}

function wrap(nodes: readonly ChildNode[], label: string): void {
  const document = nodes[0]!.ownerDocument!;
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = label;
  nodes[0]!.before(details);
  details.append(summary, ...nodes);
}
