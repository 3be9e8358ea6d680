import { createSignal } from "solid-js";
import type { Contact, ContactPage } from "../../../worker/contract/contact";
import { api, ApiProblem } from "../../lib/api";

// Two tall screens of rows.
const PAGE = 50;

/** Contacts by search, page after page. Only the newest question is answered. */
export function createContacts() {
  const [items, setItems] = createSignal<readonly Contact[]>([]);
  const [next, setNext] = createSignal<string | null>(null);
  const [loading, setLoading] = createSignal(true);
  const [problem, setProblem] = createSignal<ApiProblem | null>(null);
  let question = 0;
  let query = "";

  async function read(cursor: string | null) {
    const mine = ++question;
    setLoading(true);
    setProblem(null);
    const params = new URLSearchParams({ limit: String(PAGE), ...(query && { q: query }), ...(cursor && { cursor }) });
    try {
      const page = await api.get<ContactPage>(`/api/v1/contacts?${params.toString()}`);
      if (mine !== question) return;
      setItems((list) => (cursor === null ? page.items : [...list, ...page.items]));
      setNext(page.nextCursor);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (mine === question) setProblem(error);
    } finally {
      if (mine === question) setLoading(false);
    }
  }

  return {
    items, loading, problem,
    hasMore: () => next() !== null,
    search: (q: string) => {
      query = q.trim();
      void read(null);
    },
    more: () => { if (next() !== null && !loading()) void read(next()); },
    again: () => void read(null),
    put: (contact: Contact) => setItems((list) => [contact, ...list.filter(({ id }) => id !== contact.id)]),
  };
}
