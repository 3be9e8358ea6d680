import { UserPlus } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { Contact } from "../../../worker/contract/contact";
import type { EmailAddress } from "../../../worker/contract/entry";
import { api, ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { toast } from "../../ui/toast";
import styles from "./email.module.css";

/** Whoever is known to be a contact by now, in this page's life. */
const [known, setKnown] = createSignal<ReadonlySet<string>>(new Set<string>());
const remember = (address: string) => setKnown((all) => new Set([...all, address.toLowerCase()]));

/** People of an email as chips; somebody who is not one of us can be made a contact. */
export function Participants(props: { people: readonly EmailAddress[]; customer: string | null }) {
  const isOther = ({ address }: EmailAddress) => address.toLowerCase() !== props.customer?.toLowerCase() && !known().has(address.toLowerCase()) && !connections().some((one) => one.address.toLowerCase() === address.toLowerCase());
  return (
    <span class={styles["participants"]}>
      <For each={props.people}>{(person) => (
        <span class={styles["person"]}>
          <span dir="auto">{person.name ? `${person.name} <${person.address}>` : person.address}</span>
          <Show when={isOther(person)}>
            <button type="button" aria-label={t("inbox.email.addContact", { name: person.name || person.address })} title={t("inbox.email.addContact", { name: person.name || person.address })} onClick={() => void add(person)}><UserPlus size={13} aria-hidden="true" /></button>
          </Show>
        </span>
      )}</For>
    </span>
  );
}

async function add({ name, address }: EmailAddress): Promise<void> {
  try {
    await api.post<Contact>("/api/v1/contacts", { ...(name && { name }), identities: [{ kind: "email", address }] });
    remember(address);
    toast({ text: t("inbox.email.addedContact", { name: name || address }) });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.status === 409) remember(address);
    toast(error.status === 409 ? { text: t("inbox.email.isContact", { name: name || address }) } : { text: error.detail, kind: "error" });
  }
}
