import type { EmailFields } from "../contract/entry";
import type { Pictures } from "../contract/mail";

const WHY: Record<"failed" | "unverified", string> = {
  failed: "This mail failed the sender's authenticity check, so its pictures are shown one time only.",
  unverified: "Nothing proves that this mail comes from its sender, so its pictures are shown one time only.",
};

/** What a member may see of a mail's pictures from the web. Only proved senders are remembered: anybody can write a From line, and would learn when it is read. */
export function picturesOf(direction: "in" | "out" | null, { authenticity = "unverified" }: Pick<EmailFields, "authenticity">, isRemembered: boolean): Pictures {
  if (direction !== "in") return { shown: false, mayAlways: false, why: null };
  if (authenticity !== "verified") return { shown: false, mayAlways: false, why: WHY[authenticity] };
  return { shown: isRemembered, mayAlways: true, why: null };
}
