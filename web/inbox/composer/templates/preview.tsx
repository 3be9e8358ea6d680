import { Copy, ExternalLink, FileText, Image, MapPin, Phone, Reply, Video } from "lucide-solid";
import { For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { TemplateButton, TemplateParts } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import type { Icon } from "../../../ui/icon";
import { pieces, type Values } from "./fill";
import { runsOf, type Run } from "./styled";
import styles from "./templates.module.css";

const BUTTON_ICONS: Record<TemplateButton["type"], Icon> = { "quick-reply": Reply, url: ExternalLink, phone: Phone, "copy-code": Copy, other: ExternalLink };
type MediaFormat = Exclude<NonNullable<TemplateParts["header"]>["format"], "text">;
const MEDIA_ICONS: Record<MediaFormat, Icon> = { image: Image, video: Video, document: FileText, location: MapPin };
const TAGS: Record<Run["style"], string> = { plain: "span", bold: "strong", italic: "em", struck: "s", mono: "code" };

/** A template as the customer will see it; what is still missing stands out. `picture` is the header's file, if it can be shown. */
export function TemplatePreview(props: { parts: TemplateParts; values: Values; picture?: { name: string; url: string | null } | null }) {
  const header = () => props.parts.header;
  const media = () => { const format = header()?.format; return format && format !== "text" ? format : null; };
  return (
    <figure class={styles["wall"]} aria-label={t("composer.template.preview")}>
      <div class={styles["bubble"]} dir="auto">
        <Show when={media()}>{(format) => (
          <div class={styles["media"]}>
            <Show when={props.picture?.url} fallback={<><Dynamic component={MEDIA_ICONS[format()]} size={20} strokeWidth={1.5} aria-hidden="true" /><span>{props.picture?.name ?? t(`composer.template.header.${format()}`)}</span></>}>{(url) => <img src={url()} alt={props.picture?.name ?? ""} />}</Show>
          </div>
        )}</Show>
        <Show when={header()?.format === "text" && header()?.text}>{(text) => <p class={styles["title"]}><Pieces text={text()} place="header" values={props.values} /></p>}</Show>
        <p class={styles["words"]}><For each={runsOf(props.parts.body)}>{(run) => <Dynamic component={TAGS[run.style]}><Pieces text={run.text} place="body" values={props.values} /></Dynamic>}</For></p>
        <Show when={props.parts.footer}>{(text) => <p class={styles["footer"]}>{text()}</p>}</Show>
      </div>
      <Show when={props.parts.buttons.length > 0}>
        <ul class={styles["buttons"]} aria-label={t("composer.template.buttons")}>
          <For each={props.parts.buttons}>{(button) => <li><Dynamic component={BUTTON_ICONS[button.type]} size={14} strokeWidth={1.9} aria-hidden="true" /><span dir="auto">{button.text}</span></li>}</For>
        </ul>
      </Show>
    </figure>
  );
}

function Pieces(props: { text: string; place: "header" | "body"; values: Values }) {
  return <For each={pieces(props.text, props.place, props.values)}>{(piece) => (piece.isMissing ? <mark>{piece.text}</mark> : piece.text)}</For>;
}
