import { useNavigate, useSearchParams } from "@solidjs/router";
import { ArrowLeft, PenLine, Search, UserPlus, X } from "lucide-solid";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { Contact } from "../../../worker/contract/contact";
import type { Conversation } from "../../../worker/contract/conversation";
import { api, ApiProblem } from "../../lib/api";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { createMediaQuery } from "../../lib/media-query";
import { createShortcuts } from "../../lib/shortcuts";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { Skeleton } from "../../ui/skeleton";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { ContactView } from "../contact/contact-view";
import { Files } from "../contact/files";
import { conversationHref } from "../route";
import { createContacts } from "./contacts-store";
import { CreateContact } from "./create-contact";
import styles from "./contacts.module.css";

// Short enough to feel immediate, long enough that a word is one question.
const SEARCH_AFTER_MS = 180;

/** Everyone the account knows. */
export function Contacts() {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const contacts = createContacts();
  const [creating, setCreating] = createSignal(false);
  const one = (name: string) => { const value = params[name]; return (Array.isArray(value) ? value[0] : value) ?? ""; };
  const query = () => one("q");
  const chosen = () => one("contact");

  createEffect(on(query, (q, before) => {
    if (before === undefined) return contacts.search(q);
    const timer = setTimeout(() => contacts.search(q), SEARCH_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  }));

  const isPhone = createMediaQuery("(max-width: 720px)");
  let search!: HTMLInputElement;
  createShortcuts("contacts", [
    { keys: "/", label: t("contacts.shortcut.search"), run: () => search.focus() },
    { keys: "n", label: t("contacts.new"), run: () => setCreating(true) },
    { keys: "escape", label: t("contact.close"), when: () => chosen() !== "", run: close },
  ]);

  const open = (id: string) => setParams({ contact: id });
  function close() {
    setParams({ contact: null });
  }

  async function write(contactId: string) {
    try {
      const conversation = await api.post<Conversation>("/api/v1/conversations", { contactId });
      navigate(conversationHref(conversation.id));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: t("contacts.cannot-start", { reason: error.detail }), kind: "error" });
    }
  }

  function created(contact: Contact) {
    contacts.put(contact);
    toast({ text: t("contacts.created", { name: contact.name || (addressesOf(contact)[0] ?? "") }) });
    open(contact.id);
  }

  return (
    <div class={styles["screen"]} classList={{ [styles["opened"]!]: chosen() !== "" }}>
      <section class={styles["main"]} aria-label={t("contacts.title")}>
        <header class={styles["bar"]}>
          <h1>{t("contacts.title")}</h1>
          <label class={styles["search"]}>
            <Search size={14} aria-hidden="true" />
            <input ref={(element) => { search = element; }} type="search" aria-label={t("contacts.search")} placeholder={t("contacts.search")} value={query()} onInput={(event) => setParams({ q: event.currentTarget.value || null }, { replace: true })} />
          </label>
          <Button variant="primary" icon={UserPlus} onClick={() => setCreating(true)}>{t("contacts.new")}</Button>
        </header>
        <div class={styles["rows"]} aria-busy={contacts.loading()}>
          <Show when={contacts.problem()}>{(problem) => <ErrorState title={t("contacts.error")} text={problem().detail} onRetry={contacts.again} />}</Show>
          <Show when={contacts.items().length > 0} fallback={<NoRows loading={contacts.loading()} failed={contacts.problem() !== null} query={query()} onCreate={() => setCreating(true)} />}>
            <ul>
              <For each={contacts.items()}>{(contact) => (
                <li>
                  <button type="button" class={styles["row"]} aria-pressed={chosen() === contact.id} onClick={() => open(contact.id)}>
                    <Avatar name={contact.name} kind="contact" size={32} />
                    <span class={styles["name"]}><b><bdi>{contact.name || addressesOf(contact)[0] || t("contact.no-name")}</bdi></b><small>{contact.company}</small></span>
                    <span class={styles["where"]}><bdi>{addressesOf(contact).slice(contact.name ? 0 : 1).join(" · ")}</bdi></span>
                    <span class={styles["tags"]}>{contact.tags.join(", ")}</span>
                    <span class={styles["when"]}><Time at={contact.createdAt} /></span>
                  </button>
                </li>
              )}</For>
            </ul>
            <Show when={contacts.hasMore()}><div class={styles["more"]}><Button variant="ghost" loading={contacts.loading()} onClick={contacts.more}>{t("contacts.more")}</Button></div></Show>
          </Show>
        </div>
      </section>
      <Show when={chosen()} keyed>{(id) => (
        <div class={styles["side"]}>
          <div class={styles["side-bar"]}>
            <span class={styles["back"]}><IconButton label={t("contact.close")} icon={ArrowLeft} onClick={close} /></span>
            <Button icon={PenLine} onClick={() => void write(id)}>{t("contacts.write")}</Button>
            <span class={styles["grow"]} />
            <span class={styles["shut"]}><IconButton label={t("contact.close")} icon={X} onClick={close} /></span>
          </div>
          <ContactView contactId={id} conversationId="" files={<Files contactId={id} />} heading={isPhone() ? "h1" : "h2"} onMerged={contacts.again} />
        </div>
      )}</Show>
      <CreateContact open={creating()} onOpenChange={setCreating} onCreated={created} />
    </div>
  );
}

/** As people read them; a contact without a name goes by the first. */
const addressesOf = (contact: Contact): string[] => contact.identities.filter(({ kind }) => kind === "phone" || kind === "email").map(({ address }) => shownAddress(address));

function NoRows(props: { loading: boolean; failed: boolean; query: string; onCreate: () => void }) {
  return (
    <Show when={!props.failed}>
      <Show when={!props.loading} fallback={<div class={styles["skeleton"]}><For each={[52, 38, 61, 44, 57, 35]}>{(width) => <div><Skeleton width="32px" height="32px" round /><Skeleton width={`${width}%`} height="10px" /></div>}</For></div>}>
        <Show when={props.query === ""} fallback={<EmptyState icon={Search} title={t("contacts.none", { query: props.query })} text={t("contacts.none.why")} />}>
          <EmptyState icon={UserPlus} title={t("contacts.empty")} text={t("contacts.empty.why")} action={<Button onClick={() => props.onCreate()}>{t("contacts.new")}</Button>} />
        </Show>
      </Show>
    </Show>
  );
}
