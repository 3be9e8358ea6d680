const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" };

/** Plain words as paragraphs, so that nothing typed is lost when formatting is switched on. */
export const htmlOf = (text: string): string =>
  text.split(/\n{2,}/).map((part) => `<p>${part.replaceAll(/[&<>"]/g, (char) => ESCAPES[char] ?? char).replaceAll("\n", "<br>")}</p>`).join("");
