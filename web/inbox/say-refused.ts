import type { ApiProblem } from "../lib/api";
import { t } from "../lib/i18n";
import { toast } from "../ui/toast";

/** Says in passing that the server refused what was asked, and why. */
export const sayRefused = ({ detail }: ApiProblem): void => toast({ text: t("inbox.done.refused", { detail }), kind: "error" });

/** The same where something was to be saved. */
export const sayNotSaved = ({ detail }: ApiProblem): void => toast({ text: t("contact.refused", { reason: detail }), kind: "error" });
