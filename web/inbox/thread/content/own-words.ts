import type { Entry } from "../../../../worker/contract/entry";

/** How channels say a share or a mention in words, for clients that know the kind not yet. */
const SHARED = /^Shared an? (?<noun>\w+)(?:: (?<about>.+))?$/;
const MENTIONED = "Mentioned you in a story";

/**
 * Pure. What somebody wrote besides what the content of their message shows: the text without the lines that only repeat the
 * content in words. Of what is not recognised every word stays.
 */
export function ownWords({ text, content }: Entry): string {
  if (!content || text === "") return text;
  switch (content.kind) {
    case "contacts": case "form": case "template": case "unsupported": return "";
    case "location": return without(text, [content.name, content.address, `${content.latitude}, ${content.longitude}`]);
    case "order": return without(text, content.items.map(({ id, quantity, price, currency }) => `${quantity} × ${id}, ${price} ${currency}`.trim()));
    case "story": return content.relation === "mention" ? without(text, [MENTIONED]) : text;
    case "share": {
      const about = SHARED.exec(text)?.groups?.["about"];
      const isRepeated = SHARED.test(text) && (about === undefined || about === content.title || about === content.url);
      return isRepeated ? "" : without(text, [content.title]);
    }
    default: return text;
  }
}

/** Pure. A story that was passed on is a post to the contract; only the words know better. */
export const isStory = (text: string): boolean => SHARED.exec(text)?.groups?.["noun"] === "story";

const without = (text: string, lines: readonly (string | null)[]): string => text.split("\n").filter((line) => !lines.includes(line)).join("\n");
