import { createEffect, createSignal, on, Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { t } from "../../lib/i18n";
import { Avatar } from "../../ui/avatar";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";
import { Addresses } from "./addresses";
import { Consent } from "./consent";
import { createContact } from "./contact-store";
import { Details } from "./details";
import { Editable } from "./editable";
import { Merging } from "./merging";
import { Notes } from "./notes";
import { Past } from "./past";
import { Tags } from "./tags";
import styles from "./contact.module.css";

/** One contact, edited in place. `conversationId` is the one beside it, left out of the past; `visit` and `files` come from there. `heading` is `h1` where it has the screen to itself. */
export function ContactView(props: { contactId: string; conversationId: string; heading?: "h1" | "h2"; visit?: JSX.Element; files?: JSX.Element; /** Changes when what is known of them may have. */ fresh?: unknown; actions?: JSX.Element; /** Two contacts became one, or one two. */ onMerged?: () => void }) {
  const { contact, problem, patch, load } = createContact(() => props.contactId);
  createEffect(on(() => props.fresh, () => void load(), { defer: true }));
  // What others wrote and said came along, or went: it is read anew.
  const [merges, setMerges] = createSignal(0);
  const change = (fields: Parameters<typeof patch>[0]) => void patch(fields);

  return (
    <aside class={styles["panel"]} aria-label={t("contact.panel")}>
      <Show when={contact()} fallback={<Show when={problem()} fallback={<PanelSkeleton />}>{(why) => <ErrorState title={t("contact.error")} text={why().detail} onRetry={() => void load()} />}</Show>}>
        {(known) => (
          <>
            <header class={styles["who"]}>
              <Avatar name={known().name} kind="contact" size={40} />
              <div class={styles["who-text"]}>
                <Dynamic component={props.heading ?? "h2"}><Editable label={t("contact.name")} value={known().name} placeholder={t("contact.no-name")} onSave={(name) => change({ name })} /></Dynamic>
                <p>{t("contact.since", { year: new Date(known().createdAt).getFullYear().toString() })}</p>
              </div>
              {props.actions}
            </header>
            {props.visit}
            <Addresses contact={known()} onPatch={change} />
            <Consent contact={known()} onPatch={change} />
            <Tags contact={known()} onPatch={change} />
            <Details contact={known()} onPatch={change} />
            <Merging contact={known()} conversationId={props.conversationId} onChanged={() => {
              props.onMerged?.();
              void load().then(() => setMerges((count) => count + 1));
            }} />
            <Show when={`${known().id} ${merges()}`} keyed>
              <Notes contactId={known().id} />
              <Past contactId={known().id} conversationId={props.conversationId} />
            </Show>
            {props.files}
          </>
        )}
      </Show>
    </aside>
  );
}

function PanelSkeleton() {
  return (
    <div class={styles["skeleton"]} aria-busy="true">
      <Skeleton width="40px" height="40px" round />
      <Skeleton width="60%" height="16px" />
      <Skeleton width="80%" height="12px" />
      <Skeleton width="72%" height="12px" />
      <Skeleton width="50%" height="12px" />
    </div>
  );
}
