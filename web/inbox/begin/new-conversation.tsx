import { createMemo, createSignal, Show } from "solid-js";
import type { Contact, ContactPage } from "../../../worker/contract/contact";
import type { Conversation } from "../../../worker/contract/conversation";
import { api } from "../../lib/api";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { connections, me } from "../../lib/me";
import { send } from "../../lib/outbox";
import { createTask } from "../../lib/task";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Select } from "../../ui/select";
import { TextArea } from "../../ui/text-area";
import { SegmentCounter } from "../composer/segment-counter";
import { PeopleField } from "./people-field";
import { nameOf, phoneOf, type Person } from "./person";
import styles from "./begin.module.css";

/** Asks whom to write to. One person: opens their conversation. Several: a group text, from a number whose carrier has them. */
export function NewConversation(props: { open: boolean; onOpenChange: (open: boolean) => void; onBegun: (conversationId: string) => void }) {
  const [people, setPeople] = createSignal<readonly Person[]>([]);
  const [chosenLine, setLine] = createSignal<string | null>(null);
  const [text, setText] = createSignal("");
  const [problem, setProblem] = createSignal<string | null>(null);
  const { isBusy, run } = createTask(({ detail }) => setProblem(t("group.new.failed", { reason: detail })));
  const lines = createMemo(() => connections().filter(({ status, capabilities }) => status === "active" && capabilities.groups));
  const line = () => lines().find(({ id }) => id === chosenLine()) ?? lines()[0];
  const isGroup = () => people().length > 1;
  /** What keeps a group from being begun, in words. */
  const hindrance = (): string | null => {
    if (!isGroup()) return null;
    const without = people().find((person) => phoneOf(person) === null);
    if (without) return t("group.new.noPhone", { name: nameOf(without) });
    const via = line();
    if (!via) return t("group.new.noLine");
    const most = via.capabilities.people;
    return most !== undefined && people().length > most ? t("group.new.tooMany", { count: most }) : null;
  };

  function close(): void {
    setPeople([]);
    setText("");
    setProblem(null);
    props.onOpenChange(false);
  }

  async function begin(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (people().length === 0 || hindrance() !== null) return;
    await run(async () => {
      setProblem(null);
      const via = line();
      const begun = await (isGroup() ? api.post<Conversation>("/api/v1/conversations", { phones: people().map(phoneOf), connectionId: via?.id }) : alone(people()[0]!));
      // On the same road as every message: it is kept on this device until the server has it.
      if (isGroup() && via) void send(begun.id, { channel: via.channel, connectionId: via.id, text: text().trim(), undoMs: me()?.account.settings.undoMs });
      close();
      props.onBegun(begun.id);
    });
  }

  return (
    <Dialog open={props.open} onOpenChange={(open) => (open ? props.onOpenChange(true) : close())} title={t("group.new")}>
      <form class={styles["form"]} onSubmit={(event) => void begin(event)}>
        <PeopleField people={people()} onChange={(next) => { setPeople(next); setProblem(null); }} />
        <Show when={isGroup()}>
          <Show when={lines().length > 0}>
            <Select label={t("group.new.from")} value={line()?.id ?? null} onChange={setLine} options={lines().map(({ id, name, address }) => ({ value: id, label: `${name}, ${shownAddress(address)}` }))} hint={t("group.new.everybody")} />
            <TextArea label={t("group.new.message")} rows={4} value={text()} onInput={setText} />
            <div class={styles["count"]}><SegmentCounter text={text()} onPlain={setText} /></div>
          </Show>
          <Show when={hindrance()}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        </Show>
        <Show when={problem()}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button onClick={close}>{t("ui.cancel")}</Button>
          <Button type="submit" variant="primary" loading={isBusy()} disabled={people().length === 0 || hindrance() !== null || (isGroup() && text().trim() === "")}>
            {isGroup() ? t("group.new.send", { count: people().length }) : t("group.new.open")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The conversation with one person; a number that is nobody's becomes a contact. */
async function alone(person: Person): Promise<Conversation> {
  const contact = person.kind === "contact" ? person.contact : await contactOf(person.number);
  return api.post<Conversation>("/api/v1/conversations", { contactId: contact.id });
}

async function contactOf(number: string): Promise<Contact> {
  const page = await api.get<ContactPage>(`/api/v1/contacts?${new URLSearchParams({ q: number, limit: "1" }).toString()}`);
  const [known] = page.items.filter(({ identities }) => identities.some(({ kind, address }) => kind === "phone" && address.endsWith(number.replace("+", ""))));
  return known ?? api.post<Contact>("/api/v1/contacts", { identities: [{ kind: "phone", address: number }] });
}
