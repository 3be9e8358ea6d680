import { createEffect, createMemo, createResource, createSignal, Match, onCleanup, Show, Switch, type JSX } from "solid-js";
import type { EmailFields, Entry } from "../../../worker/contract/entry";
import type { EntryHtml, Pictures } from "../../../worker/contract/mail";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { heardOfPictures, pictureSenders } from "../../lib/picture-senders";
import type * as EmailHeight from "./email-height";
import type * as EmailHtml from "./email-html";
import { PictureChoice } from "./email-pictures";
import styles from "./email.module.css";

/** Inline pictures larger than this stand below the mail as files: they would be held in memory twice. */
const INLINE_BYTES = 2_000_000;

interface Loaded { html: string; pictures: Pictures; inline: Record<string, string>; purify: typeof EmailHtml; height: typeof EmailHeight }

const NONE: ReadonlySet<string> = new Set();

/** A mail's own look, in a frame without origin and scripts. `onPlaced` hears which inline parts are seen in it. */
export function EmailFrame(props: { conversationId: string; entry: Entry; email: EmailFields; fallback: JSX.Element; onPlaced: (contentIds: ReadonlySet<string>) => void }) {
  const [asked, setAsked] = createSignal(false);
  const [isTall, setTall] = createSignal(false);
  const [width, setWidth] = createSignal(0);
  const [loaded] = createResource(() => props.entry.id, () => load(props.conversationId, props.entry, props.email));
  const known = () => (loaded.state === "ready" ? loaded() : undefined);
  const isAlways = () => { const pictures = known()?.pictures; return pictures?.mayAlways === true && (pictureSenders()?.has(senderOf(props.email)) ?? pictures.shown); };
  const allowRemote = () => asked() || isAlways();
  const shown = createMemo(() => {
    const mail = known();
    if (!mail) return null;
    const clean = mail.purify.cleanEmail(mail.html, { allowRemote: allowRemote(), inline: mail.inline, labels: { quote: t("inbox.email.quote"), signature: t("inbox.email.signature") } });
    return { blocked: clean.blocked, placed: clean.placed, body: clean.body, srcdoc: mail.purify.emailDocument(clean, allowRemote()) };
  });
  createEffect(() => { const placed = loaded.error ? NONE : shown()?.placed; if (placed) props.onPlaced(placed); });
  // Once they are shown nothing is held back, but the choice still stands.
  const hasRemote = createMemo<boolean>((before) => before || isAlways() || (shown()?.blocked ?? 0) > 0, false);
  const height = createMemo(() => { const mail = shown(); return mail ? known()!.height.estimateHeight(mail.body, width()) : { px: 0, isCut: false }; });
  // How high the words stand depends on how wide the pane is.
  const watch = (paper: HTMLElement): void => {
    const observer = new ResizeObserver(([size]) => setWidth(Math.round(size!.contentRect.width)));
    observer.observe(paper);
    onCleanup(() => observer.disconnect());
  };

  return (
    <Switch>
      <Match when={loaded.error}><p class={styles["hint"]}>{t("inbox.email.error")}</p>{props.fallback}</Match>
      <Match when={!shown()}><div class={styles["loading"]} role="status" aria-label={t("inbox.email.loading")} /></Match>
      <Match when={shown()}>{(mail) => (
        <>
          <Show when={hasRemote()}>
            <PictureChoice conversationId={props.conversationId} entry={props.entry} sender={props.email.from.address} pictures={known()!.pictures} isAlways={isAlways()} blocked={allowRemote() ? 0 : mail().blocked} onShow={() => setAsked(true)} />
          </Show>
          <div class={styles["paper"]} ref={watch}><iframe
            class={styles["frame"]} title={t("inbox.email.frame", { subject: props.email.subject })} srcdoc={mail().srcdoc} style={{ height: isTall() ? "min(80vh, 1200px)" : `${height().px}px` }}
            sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" loading="lazy"
          /></div>
          <Show when={height().isCut || isTall()}><button type="button" class={styles["act"]} aria-pressed={isTall()} onClick={() => setTall(!isTall())}>{t(isTall() ? "inbox.email.smaller" : "inbox.email.taller")}</button></Show>
        </>
      )}</Match>
    </Switch>
  );
}

// The cleaner is large and only needed here, so it comes with the first mail that has a look of its own.
async function load(conversationId: string, entry: Entry, email: EmailFields): Promise<Loaded> {
  const [{ html, pictures }, purify, height, inline] = await Promise.all([
    api.get<EntryHtml>(`/api/v1/conversations/${encodeURIComponent(conversationId)}/entries/${encodeURIComponent(entry.id)}/html`),
    import("./email-html"),
    import("./email-height"),
    inlineParts(entry),
  ]);
  if (pictures.mayAlways) heardOfPictures(senderOf(email), pictures.shown);
  return { html, pictures, inline, purify, height };
}

const senderOf = ({ from }: EmailFields): string => from.address.toLowerCase();

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
