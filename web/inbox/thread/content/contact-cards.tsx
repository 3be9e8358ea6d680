import { createSignal, For, Show } from "solid-js";
import type { Contact, ContactDraft } from "../../../../worker/contract/contact";
import type { ContactCard } from "../../../../worker/contract/content";
import { api } from "../../../lib/api";
import { shownAddress } from "../../../../worker/contract/shown-address";
import { t } from "../../../lib/i18n";
import { createTask } from "../../../lib/task";
import { Avatar } from "../../../ui/avatar";
import { toast } from "../../../ui/toast";
import { readAddress } from "../../contact/values";
import { webLink } from "../links";
import styles from "./content.module.css";

/** More cards than these wait behind a button: somebody may send their whole address book. */
const FEW = 3;
/** What a contact may have (the API refuses more). */
const MOST_ADDRESSES = 20;

/** People somebody sent us. */
export function ContactCards(props: { cards: readonly ContactCard[] }) {
  const [showsAll, setAll] = createSignal(props.cards.length <= FEW + 1);
  return (
    <>
      <For each={showsAll() ? props.cards : props.cards.slice(0, FEW)}>{(card) => <Card card={card} />}</For>
      <Show when={!showsAll()}><button type="button" class={styles["more"]} onClick={() => setAll(true)}>{t("thread.card.all", { count: props.cards.length })}</button></Show>
    </>
  );
}

function Card(props: { card: ContactCard }) {
  const [known, setKnown] = createSignal<string | null>(null);
  const { isBusy, run } = createTask(({ code, reason, detail }) => {
    const isTaken = code === "conflict";
    // The reason of a conflict is the contact who has the address, if the reader may see them.
    if (isTaken && reason) setKnown(reason);
    toast({ text: isTaken ? t("thread.card.taken") : t("inbox.done.refused", { detail }), kind: isTaken ? "info" : "error" });
  });
  const name = () => props.card.name.trim() || t("thread.card.noName");
  const lines = () => [
    ...props.card.phones.map(({ number, label }) => ({ text: shownAddress(number), label, href: null })),
    ...props.card.emails.map((text) => ({ text, label: null, href: null })),
    ...props.card.addresses.map((text) => ({ text, label: null, href: null })),
    ...props.card.urls.map((text) => ({ text, label: null, href: webLink(text)?.href ?? null })),
  ];

  async function add(): Promise<void> {
    const identities = [...props.card.phones.map(({ number }) => number), ...props.card.emails].flatMap((text) => readAddress(text) ?? []).slice(0, MOST_ADDRESSES);
    if (identities.length === 0) return toast({ text: t("thread.card.unreadable"), kind: "error" });
    const draft: ContactDraft = { name: props.card.name.trim().slice(0, 200), company: (props.card.company ?? "").trim().slice(0, 200), address: (props.card.addresses[0] ?? "").trim().slice(0, 500), identities };
    await run(async () => {
      setKnown((await api.post<Contact>("/api/v1/contacts", draft)).id);
      toast({ text: t("thread.card.added", { name: name() }) });
    });
  }

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText([props.card.name, props.card.company ?? "", ...lines().map(({ text }) => text)].filter(Boolean).join("\n"));
    toast({ text: t("thread.card.copied") });
  }

  return (
    <div class={styles["card"]} role="group" aria-label={t("thread.card", { name: name() })}>
      <div class={styles["head"]}>
        <Avatar name={props.card.name} kind="contact" size={32} />
        <div class={styles["who"]}>
          <div class={styles["title"]}><bdi>{name()}</bdi></div>
          <Show when={props.card.company}>{(company) => <div class={styles["sub"]}><bdi>{company()}</bdi></div>}</Show>
        </div>
      </div>
      <Show when={lines().length > 0}>
        <ul class={styles["lines"]}><For each={lines()}>{(line) => (
          <li>
            <Show when={line.href} fallback={<bdi>{line.text}</bdi>}>{(href) => <a class={styles["act"]} href={href()} target="_blank" rel="noopener noreferrer"><bdi>{line.text}</bdi></a>}</Show>
            <Show when={line.label}>{(label) => <small><bdi>{label()}</bdi></small>}</Show>
          </li>
        )}</For></ul>
      </Show>
      <div class={styles["acts"]}>
        <Show when={known()} fallback={<button type="button" class={styles["act"]} disabled={isBusy()} onClick={() => void add()}>{t("thread.card.add")}</button>}>
          {(id) => <a class={styles["act"]} href={`/contacts?contact=${encodeURIComponent(id())}`}>{t("thread.card.show")}</a>}
        </Show>
        <button type="button" class={styles["act"]} onClick={() => void copy()}>{t("thread.copy")}</button>
      </div>
    </div>
  );
}
