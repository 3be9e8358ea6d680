import type { ConversationRow, MemberState } from "../../../worker/contract/conversation";

export interface PreviewLine { tone: "red" | "accent" | "violet" | "plain"; prefix: "failed" | "draft" | "comment" | "you" | null; text: string }

/** Pure. The second line of a row: the exception first, then who spoke last. */
export function previewOf(row: ConversationRow, mine: MemberState | undefined): PreviewLine {
  const { preview } = row;
  const text = preview?.text ?? "";
  if (row.failed && preview?.direction === "out") return { tone: "red", prefix: "failed", text };
  if (mine?.draft) return { tone: "accent", prefix: "draft", text };
  if (preview?.kind === "comment") return { tone: "violet", prefix: "comment", text };
  if (preview?.direction === "out" && preview.author.type === "member") return { tone: "plain", prefix: "you", text };
  return { tone: "plain", prefix: null, text };
}
