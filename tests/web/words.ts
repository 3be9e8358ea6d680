import { addWords } from "../../web/lib/i18n";
import { en } from "../../web/lib/locales/en";

// Tests draw parts of screens that stand behind the gate, which brings their words.
addWords(en);
