import { createSignal, Show } from "solid-js";
import type { Contact, ContactDraft } from "../../../worker/contract/contact";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { createTask } from "../../lib/task";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { readAddress } from "../contact/values";
import styles from "./contacts.module.css";

/** Asks for a name and an address or two. */
export function CreateContact(props: { open: boolean; onOpenChange: (open: boolean) => void; onCreated: (contact: Contact) => void }) {
  const [name, setName] = createSignal("");
  const [phone, setPhone] = createSignal("");
  const [email, setEmail] = createSignal("");
  const [company, setCompany] = createSignal("");
  const [problem, setProblem] = createSignal<string | null>(null);
  const { isBusy, run } = createTask(({ detail }) => setProblem(detail));

  async function create(event: SubmitEvent) {
    event.preventDefault();
    const typed = [{ kind: "phone", text: phone().trim() }, { kind: "email", text: email().trim() }].filter(({ text }) => text !== "");
    const identities = typed.map(({ kind, text }) => ({ kind, read: readAddress(text) }));
    if (identities.some(({ kind, read }) => read?.kind !== kind)) return setProblem(t("contact.bad-address"));
    const draft: ContactDraft = { name: name().trim(), company: company().trim(), identities: identities.flatMap(({ read }) => read ?? []) };
    await run(async () => {
      setProblem(null);
      const contact = await api.post<Contact>("/api/v1/contacts", draft);
      for (const set of [setName, setPhone, setEmail, setCompany]) set("");
      props.onOpenChange(false);
      props.onCreated(contact);
    });
  }

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("contacts.new")}>
      <form class={styles["form"]} onSubmit={(event) => void create(event)}>
        <Input label={t("contact.name")} value={name()} onInput={setName} autofocus />
        <Input label={t("contact.phone")} type="tel" value={phone()} onInput={setPhone} />
        <Input label={t("contact.email")} type="email" value={email()} onInput={setEmail} />
        <Input label={t("contact.company")} value={company()} onInput={setCompany} />
        <Show when={problem()}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["form-foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("contact.cancel")}</Button>
          <Button variant="primary" type="submit" loading={isBusy()} disabled={`${name()}${phone()}${email()}`.trim() === ""}>{t("contacts.create")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
