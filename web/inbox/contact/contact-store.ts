import { createEffect, createSignal, on } from "solid-js";
import type { Contact, ContactPatch } from "../../../worker/contract/contact";
import { api, ApiProblem } from "../../lib/api";
import { me } from "../../lib/me";
import { sayNotSaved } from "../say-refused";
import { applyPatch } from "./values";

const path = (id: string) => `/api/v1/contacts/${encodeURIComponent(id)}`;
/** The last seen state of each contact, by member, so that going back paints at once. */
const seen = new Map<string, Contact>();
const key = (id: string) => `${me()?.member.id ?? ""}:${id}`;

/** One contact. A change shows at once and goes back with an explanation when it is refused. */
export function createContact(id: () => string) {
  const [contact, setContact] = createSignal<Contact | undefined>();
  const [problem, setProblem] = createSignal<ApiProblem | null>(null);

  function show(fresh: Contact) {
    seen.set(key(fresh.id), fresh);
    if (id() === fresh.id) setContact(fresh);
  }

  async function load() {
    const asked = id();
    setProblem(null);
    try {
      show(await api.get<Contact>(path(asked)));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (id() === asked) setProblem(error);
    }
  }

  createEffect(on(id, (current) => {
    setContact(seen.get(key(current)));
    void load();
  }));

  async function patch(change: ContactPatch): Promise<boolean> {
    const before = contact();
    if (!before) return false;
    setContact(applyPatch(before, change));
    try {
      show(await api.patch<Contact>(path(before.id), change));
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (id() === before.id) setContact(before);
      sayNotSaved(error);
      return false;
    }
  }

  return { contact, problem, patch, load };
}
