import { createEffect, createSignal, on, type Accessor } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { readAll } from "../../lib/all-pages";
import { toast } from "../../ui/toast";
import { sentenceOf } from "./refusal";

export interface List<T extends { id: string }> {
  /** Null until something is known. */
  items: Accessor<readonly T[] | null>;
  /** Why nothing could be read, as a sentence. */
  problem: Accessor<string | null>;
  reload: () => Promise<void>;
  add: (item: T) => void;
  /** Shows the fields at once, then what the server made of them; a refusal puts everything back and says why. */
  change: (id: string, fields: Partial<T>, send: () => Promise<T>) => Promise<boolean>;
  put: (item: T) => void;
  drop: (id: string) => void;
}

/**
 * One short list of the account. `known` is what the app holds already: it paints at once, and what it learns later
 * (from a colleague's change) is taken over. Rows keep their identity, so a control keeps its focus when its row changes.
 */
export function createList<T extends { id: string }>(path: string, known?: Accessor<readonly T[]>): List<T> {
  const start = known?.() ?? [];
  const [state, setState] = createStore<{ items: T[] | null }>({ items: start.length > 0 ? structuredClone(unwrap(start) as T[]) : null });
  const [problem, setProblem] = createSignal<string | null>(null);
  // An answer that was asked for before a change of ours is older than what is shown.
  let changes = 0;

  const set = (items: readonly T[]) => setState("items", reconcile(structuredClone(unwrap(items) as T[]), { key: "id", merge: true }));
  const all = () => unwrap(state.items) ?? [];
  const put = (item: T) => { changes += 1; set(all().map((row) => (row.id === item.id ? item : row))); };

  async function reload() {
    const asked = changes;
    setProblem(null);
    try {
      const items = await readAll<T>(path);
      if (asked === changes) set(items);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }

  async function change(id: string, fields: Partial<T>, send: () => Promise<T>) {
    const found = all().find((row) => row.id === id);
    if (!found) return false;
    const before = { ...found };
    put({ ...before, ...fields });
    try {
      put(await send());
      return true;
    } catch (error) {
      put(before);
      toast({ text: sentenceOf(error), kind: "error" });
      return false;
    }
  }

  if (known) createEffect(on(known, (rows) => { if (rows.length > 0) set(rows); }, { defer: true }));
  void reload();
  return {
    items: () => state.items, problem, reload, change, put,
    add: (item) => { changes += 1; set([...all().filter(({ id }) => id !== item.id), item]); },
    drop: (id) => { changes += 1; set(all().filter((row) => row.id !== id)); },
  };
}
