import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import type { WidgetConfig } from "../../../../../worker/contract/widget";
import { locale, t } from "../../../../lib/i18n";
import type { ToFrame } from "../../../../widget/bridge";
import { Select } from "../../../../ui/select";
import { languageName } from "../../../composer/templates/marks";
import styles from "./chat.module.css";

/** The page of the chat itself, in its own frame, told how to look: what stands here is what visitors get. It reaches nobody. */
export function Preview(props: { config: WidgetConfig; connectionId: string; /** The business's own languages, and which of them is shown; null is the first. */ languages: readonly string[]; language: string | null; onLanguage: (language: string | null) => void }) {
  const [ready, setReady] = createSignal(false);
  const [away, setAway] = createSignal(false);
  let frame!: HTMLIFrameElement;
  const tell = (message: ToFrame) => frame.contentWindow?.postMessage({ switchboard: message }, location.origin);
  const scheme = () => (props.config.theme === "auto" ? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : props.config.theme);
  const hear = ({ source, origin, data }: MessageEvent<{ switchboard?: { type: string } } | null>) => {
    if (source === frame.contentWindow && origin === location.origin && data?.switchboard?.type === "ready") setReady(true);
  };
  window.addEventListener("message", hear);
  onCleanup(() => window.removeEventListener("message", hear));
  createEffect(() => {
    const config = JSON.parse(JSON.stringify(unwrap({ ...props.config, online: !away() }))) as WidgetConfig;
    if (!ready()) return;
    tell({ type: "page", url: location.href, title: "", referrer: "", scheme: scheme() });
    tell({ type: "preview", config });
    tell({ type: "open" });
  });
  // Another language is another page: it says again when it is ready.
  createEffect(on(() => props.language, () => setReady(false), { defer: true }));
  const query = () => new URLSearchParams({ connection: props.connectionId, origin: location.origin, locale: props.language ?? locale, preview: "1" });
  const choices = () => [{ value: "", label: t("chat.languageFirst") }, ...props.languages.map((value) => ({ value, label: languageName(value) }))];

  return (
    <aside class={styles["preview"]} aria-label={t("chat.preview")}>
      <div class={styles["previewHead"]}>
        <h2>{t("chat.preview")}</h2>
        <label><input type="checkbox" checked={away()} onChange={(event) => setAway(event.currentTarget.checked)} />{t("chat.previewAway")}</label>
      </div>
      <Show when={props.languages.length > 0}><Select label={t("chat.languages")} hideLabel options={choices()} value={props.language ?? ""} onChange={(language) => props.onLanguage(language || null)} /></Show>
      <iframe ref={(element) => { frame = element; }} class={styles["frame"]} src={`/widget/frame?${query()}`} title={t("chat.preview")} />
      <div class={styles["corner"]} data-side={props.config.position}>
        <Show when={props.config.greetings[0]}>{(greeting) => <span class={styles["line"]} dir="auto">{greeting().text}</span>}</Show>
        <span class={styles["bubble"]} style={{ background: props.config.colour }} data-ink={inkOn(props.config.colour)}>
          <For each={[props.config.mark]}>{(path) => <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d={path} /></svg>}</For>
        </span>
      </div>
    </aside>
  );
}

/** As the bubble on the page decides it: dark marks on light colours. */
function inkOn(colour: string): "dark" | "light" {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 150 ? "dark" : "light";
}
