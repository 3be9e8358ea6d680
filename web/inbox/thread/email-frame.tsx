import { createMemo, createResource, createSignal, Match, Show, Switch, type JSX } from "solid-js";
import type { EmailFields, Entry } from "../../../worker/contract/entry";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import type * as EmailHtml from "./email-html";
import styles from "./email.module.css";

/** Inline pictures larger than this stay attachments: they would be held in memory twice. */
const INLINE_BYTES = 2_000_000;

interface Loaded { html: string; inline: Record<string, string>; purify: typeof EmailHtml }

/** A mail's own look, in a frame without origin and scripts. */
export function EmailFrame(props: { conversationId: string; entry: Entry; email: EmailFields; fallback: JSX.Element }) {
  const [allowRemote, setAllowRemote] = createSignal(false);
  const [isTall, setTall] = createSignal(false);
  const [loaded] = createResource(() => props.entry.id, () => load(props.conversationId, props.entry));
  const shown = createMemo(() => {
    const known = loaded.state === "ready" ? loaded() : undefined;
    if (!known) return null;
    const clean = known.purify.cleanEmail(known.html, { allowRemote: allowRemote(), inline: known.inline, quoteLabel: t("inbox.email.quote") });
    const images = clean.html.match(/<img[^>]*\ssrc=/gi)?.length ?? 0;
    return { blocked: clean.blocked, srcdoc: known.purify.emailDocument(clean, allowRemote()), height: known.purify.estimateHeight(props.entry.text.slice(0, props.email.quoteAt ?? undefined), images) };
  });

  return (
    <Switch>
      <Match when={loaded.error}><p class={styles["hint"]}>{t("inbox.email.error")}</p>{props.fallback}</Match>
      <Match when={!shown()}><div class={styles["loading"]} role="status" aria-label={t("inbox.email.loading")} /></Match>
      <Match when={shown()}>{(mail) => (
        <>
          <Show when={mail().blocked > 0 && !allowRemote()}>
            <p class={styles["hint"]}>{t("inbox.email.blocked", { count: mail().blocked })} <button type="button" class={styles["act"]} onClick={() => setAllowRemote(true)}>{t("inbox.email.showImages")}</button></p>
          </Show>
          <div class={styles["paper"]}><iframe
            class={styles["frame"]} title={t("inbox.email.frame", { subject: props.email.subject })} srcdoc={mail().srcdoc} style={{ height: isTall() ? "min(80vh, 1200px)" : `${mail().height}px` }}
            sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" loading="lazy"
          /></div>
          <button type="button" class={styles["act"]} aria-pressed={isTall()} onClick={() => setTall(!isTall())}>{t(isTall() ? "inbox.email.smaller" : "inbox.email.taller")}</button>
        </>
      )}</Match>
    </Switch>
  );
}

// The cleaner is large and only needed here, so it comes with the first mail that has a look of its own.
async function load(conversationId: string, entry: Entry): Promise<Loaded> {
  const [{ html }, purify, inline] = await Promise.all([
    api.get<{ html: string }>(`/api/v1/conversations/${encodeURIComponent(conversationId)}/entries/${encodeURIComponent(entry.id)}/html`),
    import("./email-html"),
    inlineParts(entry),
  ]);
  return { html, inline, purify };
}

// The frame has no cookies, so it could not fetch these itself.
async function inlineParts(entry: Entry): Promise<Record<string, string>> {
  const parts = entry.attachments.filter((file) => file.contentId && file.state === "ready" && file.size <= INLINE_BYTES && /^image\/(png|jpe?g|gif|webp)$/.test(file.type));
  const read = await Promise.all(parts.map(async (file) => {
    const answer = await fetch(file.url).catch(() => null);
    return answer?.ok ? [file.contentId!, await dataUrl(await answer.blob(), file.type)] as const : null;
  }));
  return Object.fromEntries(read.filter((part) => part !== null));
}

function dataUrl(blob: Blob, type: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^;,]*/, `data:${type}`));
    reader.onerror = () => reject(reader.error ?? new Error("The picture could not be read"));
    reader.readAsDataURL(blob);
  });
}
