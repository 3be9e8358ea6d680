import { t } from "../../../lib/i18n";
import type { Trouble } from "./answers";

/** Why answers to tap cannot go, and what to do. */
export function troubleSentence(trouble: Trouble): string {
  switch (trouble.why) {
    case "none": case "question": return t(`composer.answers.trouble.${trouble.why}`);
    case "words": case "count": return t(`composer.answers.trouble.${trouble.why}`, { count: trouble.max });
    case "long": return t("composer.answers.trouble.long", { text: trouble.text, count: trouble.max });
    case "twice": case "link": case "bad-link": return t(`composer.answers.trouble.${trouble.why}`, { text: trouble.text });
  }
}
