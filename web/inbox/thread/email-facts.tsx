import { createSignal, For, lazy, Match, Show, Suspense, Switch } from "solid-js";
import type { EmailFields, Entry } from "../../../worker/contract/entry";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { Ticks } from "./ticks";
import styles from "./email.module.css";

/** Few people ever look at headers. */
const EmailSource = lazy(async () => ({ default: (await import("./email-source")).EmailSource }));

/** What a reader should know before the first word: that a machine wrote it, that nobody vouches for its sender, that it goes on elsewhere. */
export function EmailMarks(props: { entry: Entry; email: EmailFields }) {
  const isFrom = (authenticity: EmailFields["authenticity"]) => props.entry.direction === "in" && props.email.authenticity === authenticity;
  return (
    <>
      <Show when={props.email.automatic !== "no" || isFrom("failed") || isFrom("unverified")}>
        <div class={styles["chips"]}>
          <Show when={props.email.automatic !== "no"}><span class={styles["chip"]}>{t(`inbox.email.${props.email.automatic as "bulk" | "auto-reply"}`)}</span></Show>
          <Switch>
            <Match when={isFrom("failed")}><span class={styles["chip"]} classList={{ [styles["bad"]!]: true }} title={t("inbox.email.failedHint", { sender: props.email.from.address })}>{t("inbox.email.failed")}</span></Match>
            <Match when={isFrom("unverified")}><span class={styles["chip"]} title={t("inbox.email.unverifiedHint", { sender: props.email.from.address })}>{t("inbox.email.unverified")}</span></Match>
          </Switch>
        </div>
      </Show>
      <Show when={props.email.cut}><p class={styles["hint"]}>{t("inbox.email.cut")}</p></Show>
    </>
  );
}

const AUTHENTICITY = { verified: "inbox.email.verified", failed: "inbox.email.failedHint", unverified: "inbox.email.unverifiedHint" } as const;

/** Beyond who wrote to whom: whether that is proved, the mail's own id, and the way to its original. */
export function EmailFacts(props: { entry: Entry; email: EmailFields }) {
  const [showsSource, setSource] = createSignal(false);
  // Once asked for it stays, so that closing can give the focus back.
  const [wasAsked, setAsked] = createSignal(false);
  return (
    <>
      <dl class={styles["fields"]}>
        <Show when={props.entry.direction === "in" && props.email.authenticity}>{(found) => <><dt>{t("inbox.email.fieldAuthenticity")}</dt><dd>{t(AUTHENTICITY[found()], { sender: props.email.from.address })}</dd></>}</Show>
        <Show when={props.email.messageId}>{(id) => <><dt>{t("inbox.email.fieldMessageId")}</dt><dd><code>{id()}</code></dd></>}</Show>
      </dl>
      <Show when={props.entry.direction === "in"}>
        <button type="button" class={styles["act"]} classList={{ [styles["of-fields"]!]: true }} onClick={() => { setAsked(true); setSource(true); }}>{t("inbox.email.source")}</button>
        <Show when={wasAsked()}><Suspense><EmailSource entry={props.entry} email={props.email} open={showsSource()} onOpenChange={setSource} /></Suspense></Show>
      </Show>
    </>
  );
}

/** Where a mail of ours stands with each person, where they do not all stand alike. */
export function EmailRecipients(props: { entry: Entry }) {
  const differ = () => props.entry.direction === "out" && new Set(props.entry.recipients.map(({ state }) => state)).size > 1;
  return (
    <Show when={differ()}>
      <ul class={styles["recipients"]} aria-label={t("inbox.details.recipients")}>
        <For each={props.entry.recipients}>{(one) => (
          <li><Ticks state={one.state} /><span class={styles["grow"]}>{shownAddress(one.address)}</span><span>{t(`inbox.state.${one.state}`)}</span><Show when={one.failure}>{(failure) => <small>{failure().sentence}</small>}</Show></li>
        )}</For>
      </ul>
    </Show>
  );
}
