import { Show } from "solid-js";
import type { Template } from "../../../../worker/contract/template";
import { locale, t } from "../../../lib/i18n";
import { Chip, type ChipProps } from "../../../ui/chip";

const TONES: Record<Template["status"], NonNullable<ChipProps["tone"]>> = { approved: "green", pending: "amber", paused: "amber", rejected: "red", disabled: "red" };
const QUALITIES: Partial<Record<Template["quality"], ChipProps["tone"]>> = { high: "green", medium: "amber", low: "red" };

const languages = new Intl.DisplayNames(locale, { type: "language" });

/** `en_US` → `American English`; what is no language stays as it is. */
export function languageName(code: string): string {
  try {
    return languages.of(code.replace("_", "-")) ?? code;
  } catch {
    return code;
  }
}

/** How the platform judges a template: whether it may be sent, how customers take it, and what it counts as. */
export function TemplateMarks(props: { template: Pick<Template, "status" | "quality" | "category"> }) {
  return (
    <>
      <Chip tone={TONES[props.template.status]}>{t(`composer.template.status.${props.template.status}`)}</Chip>
      <Show when={props.template.quality !== "unknown"}><Chip tone={QUALITIES[props.template.quality]}>{t(`composer.template.quality.${props.template.quality}`)}</Chip></Show>
      <Chip>{t(`composer.template.category.${props.template.category}`)}</Chip>
    </>
  );
}

/** Platforms write reasons as fragments: `invalid format`. */
const asSentence = (words: string): string => `${words.charAt(0).toLocaleUpperCase(locale)}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;

/** Why it cannot be sent now, with the platform's own words; null when it can. */
export function whyNot({ status, reason }: Pick<Template, "status" | "reason">): string | null {
  if (status === "approved") return null;
  const why = t(`composer.template.why.${status}`);
  return reason ? `${why} ${asSentence(reason)}` : why;
}
