const LINE_PX = 20;
/** Of the frame's 14 px type; the average letter of European text. */
const LETTER_PX = 6.7;
const PARAGRAPH_PX = 14;
const HEADING_PX = 22;
const SUMMARY_PX = 40;
/** Pictures that do not say how high they are. */
const IMAGE_PX = 120;
const END_PX = 12;
const MIN_PX = 32;
const MAX_PX = 460;

const BREAKS = new Set(["P", "DIV", "TR", "LI", "UL", "OL", "TABLE", "BLOCKQUOTE", "H1", "H2", "H3", "H4", "H5", "H6", "PRE", "HR", "SECTION", "ARTICLE", "HEADER", "FOOTER", "CENTER", "DL", "DT", "DD"]);

export interface Height { px: number; /** More than the frame shows, or of a height nobody can tell: it may be made larger. */ isCut: boolean }

/**
 * How high the frame should be. It has no origin, so nobody outside can measure it: its words are counted as they would fill
 * lines of this width (px), and what does not fit scrolls inside.
 */
export function estimateHeight(body: HTMLElement, width: number): Height {
  const perLine = Math.max(20, width / LETTER_PX);
  let height = END_PX;
  let letters = 0;
  let isUnsure = false;
  const endLine = (): void => { height += Math.ceil(letters / perLine) * LINE_PX; letters = 0; };
  const read = (node: Node): void => {
    if (height > MAX_PX * 2) return;
    if (node.nodeType === Node.TEXT_NODE) { letters += (node.nodeValue ?? "").replace(/\s+/g, " ").length; return; }
    if (!(node instanceof HTMLElement) || node.tagName === "STYLE") return;
    if (node.tagName === "DETAILS") { endLine(); height += SUMMARY_PX; isUnsure = true; return; }
    if (node.tagName === "BR") { height += letters > 0 ? 0 : LINE_PX; endLine(); return; }
    if (node.tagName === "IMG") {
      // One that is held back keeps the place it asked for.
      const given = Number.parseInt(node.getAttribute("height") ?? "", 10);
      if (given >= 0) height += given;
      else if (node.hasAttribute("src")) { height += IMAGE_PX; isUnsure = true; }
      return;
    }
    const isBlock = BREAKS.has(node.tagName);
    if (isBlock) endLine();
    for (const child of node.childNodes) read(child);
    if (!isBlock) return;
    const hadWords = letters > 0;
    endLine();
    if (node.tagName === "P" || node.tagName === "UL" || node.tagName === "OL") height += PARAGRAPH_PX;
    if (/^H[1-6]$/.test(node.tagName) && hadWords) height += HEADING_PX;
    if (node.tagName === "TABLE") isUnsure = true;
  };
  read(body);
  endLine();
  return { px: Math.round(Math.min(MAX_PX, Math.max(MIN_PX, height))), isCut: isUnsure || height > MAX_PX };
}
