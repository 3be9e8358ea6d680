const SHOWN = new Set(["a", "b", "blockquote", "br", "div", "em", "i", "li", "ol", "p", "span", "strong", "u", "ul"]);
const DEPTH_MAX = 20;

/** Simple markup as nodes built anew: only what is named here, links without their effect. */
export function safeNodes(html: string): Node[] {
  return copies(new DOMParser().parseFromString(html, "text/html").body, 0);
}

function copies(parent: Node, depth: number): Node[] {
  return [...parent.childNodes].flatMap((node): Node[] => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
    if (!(node instanceof Element) || depth > DEPTH_MAX) return [];
    const name = node.tagName.toLowerCase();
    const inner = copies(node, depth + 1);
    if (!SHOWN.has(name)) return inner;
    // It shows how it will look: where it leads matters to who receives it.
    const made = document.createElement(name === "a" ? "u" : name);
    made.append(...inner);
    return [made];
  });
}
