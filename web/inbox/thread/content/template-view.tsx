import { Copy, ExternalLink, FileText, Image, MapPin, Phone, Reply, Video } from "lucide-solid";
import { For, Match, Show, Switch } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { TemplateButton, TemplateParts } from "../../../../worker/contract/content";
import type { Attachment } from "../../../../worker/contract/entry";
import { t } from "../../../lib/i18n";
import type { Icon } from "../../../ui/icon";
import { Attachments } from "../attachments";
import { chatMarks, type Marked } from "../chat-marks";
import { webLink } from "../links";
import styles from "./template-view.module.css";

const BUTTONS: Record<TemplateButton["type"], Icon> = { "quick-reply": Reply, url: ExternalLink, phone: Phone, "copy-code": Copy, other: Reply };
const HEADERS: Record<"image" | "video" | "document" | "location", Icon> = { image: Image, video: Video, document: FileText, location: MapPin };

/** A template as the customer sees it: what they read, and the buttons they can tap. */
export function TemplateView(props: { parts: TemplateParts; files: readonly Attachment[]; entryId: string; label: string }) {
  const header = () => props.parts.header;
  return (
    <div class={styles["template"]} role="group" aria-label={props.label}>
      <Show when={props.files.length > 0}><div class={styles["media"]}><Attachments files={props.files} entryId={props.entryId} /></div></Show>
      <div class={styles["words"]}>
        <Switch>
          <Match when={header()?.format === "text" && header()?.text}>{(text) => <div class={styles["header"]} dir="auto">{text()}</div>}</Match>
          <Match when={props.files.length === 0 && mediaOf(header())}>{(format) => <div class={styles["missing"]}><Dynamic component={HEADERS[format()]} size={16} aria-hidden="true" />{header()?.text || t(`thread.template.${format()}`)}</div>}</Match>
        </Switch>
        <div class={styles["body"]} dir="auto"><For each={chatMarks(props.parts.body)}>{(part) => <Part part={part} />}</For></div>
        <Show when={props.parts.footer}>{(footer) => <div class={styles["footer"]} dir="auto">{footer()}</div>}</Show>
      </div>
      <Show when={props.parts.buttons.length > 0}>
        <ul class={styles["buttons"]} aria-label={t("thread.template.buttons")}><For each={props.parts.buttons}>{(button) => (
          <li>
            <Dynamic component={BUTTONS[button.type]} size={14} aria-hidden="true" />
            <Show when={webLink(button.url)} fallback={<span dir="auto">{button.text}</span>}>{(link) => <a href={link().href} target="_blank" rel="noopener noreferrer" dir="auto" title={link().href}>{button.text}</a>}</Show>
          </li>
        )}</For></ul>
      </Show>
    </div>
  );
}

const mediaOf = (header: TemplateParts["header"]): keyof typeof HEADERS | null => (header && header.format !== "text" ? header.format : null);

function Part(props: { part: Marked }) {
  return (
    <Switch fallback={props.part.text}>
      <Match when={props.part.mark === "bold"}><b>{props.part.text}</b></Match>
      <Match when={props.part.mark === "italic"}><i>{props.part.text}</i></Match>
      <Match when={props.part.mark === "strike"}><s>{props.part.text}</s></Match>
      <Match when={props.part.mark === "code"}><code>{props.part.text}</code></Match>
    </Switch>
  );
}
