import { createResource, createSignal, For, Match, Show, Switch } from "solid-js";
import type { EmailFields, Entry } from "../../../worker/contract/entry";
import type { MailSource } from "../../../worker/contract/mail";
import { api, ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Dialog } from "../../ui/dialog";
import { useEntryContext } from "./entry-context";
import styles from "./email.module.css";

/** What people ask a header block for: when, from where, in which thread, and by what kind of sender. */
const MAIN = new Set([
  "date", "from", "sender", "reply-to", "to", "cc", "subject", "message-id", "in-reply-to", "references", "return-path", "delivered-to", "authentication-results", "received-spf", "dkim-signature",
  "x-mailgun-spf", "x-mailgun-dkim-check-result", "x-spam-tests", "list-id", "list-unsubscribe", "auto-submitted", "precedence", "x-mailer", "user-agent",
]);
/** Enough to see how it was built; a mail with files has megabytes. */
const SHOWN_CHARS = 100_000;

/** The header lines of a received mail, and the mail as it came. */
export function EmailSource(props: { entry: Entry; email: EmailFields; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { conversationId } = useEntryContext();
  const path = () => `/api/v1/conversations/${encodeURIComponent(conversationId)}/entries/${encodeURIComponent(props.entry.id)}`;
  const [source] = createResource(() => props.open && path(), (at) => api.get<MailSource>(`${at}/source`));
  const main = () => source()?.headers.filter(({ name }) => MAIN.has(name.toLowerCase())) ?? [];
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.email.subject || t("inbox.email.noSubject")} size="l">
      <Switch fallback={<div class={styles["loading"]} role="status" aria-label={t("inbox.email.loading")} />}>
        <Match when={source.error as unknown}>{(error) => <p class={styles["hint"]}>{t(isGone(error()) ? "inbox.email.sourceGone" : "inbox.email.sourceRetry")}</p>}</Match>
        <Match when={source.state === "ready" && source()}>{(found) => (
          <div class={styles["source"]}>
            <h3>{t("inbox.email.headersMain")}</h3>
            <Headers lines={main()} />
            <details><summary>{t("inbox.email.headersAll", { count: found().headers.length })}</summary><Headers lines={found().headers} /></details>
            <h3>{t("inbox.email.original")}</h3>
            <Show when={found().whole} fallback={<p class={styles["hint"]}>{t("inbox.email.noOriginal")}</p>}><Original path={path()} /></Show>
          </div>
        )}</Match>
      </Switch>
    </Dialog>
  );
}

const isGone = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404;

const Headers = (props: { lines: MailSource["headers"] }) => <dl class={styles["headers"]}><For each={props.lines}>{({ name, value }) => <><dt>{name}</dt><dd dir="auto">{value}</dd></>}</For></dl>;

function Original(props: { path: string }) {
  const [isAsked, setAsked] = createSignal(false);
  const [text] = createResource(() => isAsked() && props.path, async (at) => {
    const response = await fetch(`${at}/original`, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`the original answered ${response.status}`);
    return response.text();
  });
  return (
    <>
      <p class={styles["acts"]}>
        <Show when={!isAsked()}><button type="button" class={styles["act"]} onClick={() => setAsked(true)}>{t("inbox.email.showOriginal")}</button></Show>
        <a class={styles["act"]} href={`${props.path}/original`} download="">{t("inbox.email.saveOriginal")}</a>
      </p>
      <Show when={text.error as unknown}><p class={styles["hint"]}>{t("inbox.email.sourceRetry")}</p></Show>
      <Show when={text.state === "ready" && text()}>{(whole) => (
        <>
          <pre class={styles["raw"]} tabindex="0" aria-label={t("inbox.email.original")}>{whole().slice(0, SHOWN_CHARS)}</pre>
          <Show when={whole().length > SHOWN_CHARS}><p class={styles["hint"]}>{t("inbox.email.originalCut")}</p></Show>
        </>
      )}</Show>
    </>
  );
}
