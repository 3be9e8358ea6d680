import { createSignal, onCleanup } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { Draft } from "../../../worker/contract/entry";

export type Mode = Draft["mode"];

/** Long enough that a sentence is one request, short enough that another machine has it when you get there. */
const SAVE_AFTER_MS = 600;
const PREFIX = "draft:";

export interface DraftKeeping {
  mode: Mode;
  /** Names the copy in this browser; holds the member, so that nobody meets another's words. */
  key: string;
  load: () => Promise<Draft | null>;
  save: (draft: Draft) => Promise<unknown>;
}

export const emptyDraft = (mode: Mode): Draft => ({ mode, channel: null, text: "", updatedAt: new Date(0).toISOString() });

/** Forgets every draft this browser keeps, for example on signing out. */
export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

function readLocal(key: string): Draft | null {
  try {
    return Draft.parse(JSON.parse(localStorage.getItem(PREFIX + key) ?? ""));
  } catch {
    return null;
  }
}

function writeLocal(key: string, draft: Draft): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch { /* storage is full or off: the server's copy is then the only one */ }
}

/**
 * One unfinished text. Written to this browser at once and to the server a moment later, so it survives a
 * reload, a lost connection and a change of machine. The newer of the two copies wins when it is opened.
 */
export function createDraft(keeping: DraftKeeping) {
  const { mode, key } = keeping;
  const [draft, setDraft] = createStore<Draft>(readLocal(key) ?? emptyDraft(mode));
  const [unsaved, setUnsaved] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saving: Promise<void> = Promise.resolve();
  let touched = false;

  // One request at a time: an older text must not arrive after a newer one.
  function save() {
    clearTimeout(timer);
    timer = undefined;
    saving = saveAfter(saving);
  }

  async function saveAfter(earlier: Promise<void>) {
    await earlier;
    const sent = structuredClone(unwrap(draft));
    try {
      await keeping.save(sent);
      setUnsaved(draft.updatedAt !== sent.updatedAt);
    } catch {
      setUnsaved(true);
    }
  }

  function change(patch: Partial<Draft>) {
    touched = true;
    setDraft({ ...patch, mode, updatedAt: new Date().toISOString() });
    writeLocal(key, unwrap(draft));
    setUnsaved(true);
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  }

  function replace(next: Draft) {
    touched = true;
    setDraft(reconcile({ ...structuredClone(unwrap(next)), mode, updatedAt: new Date().toISOString() }));
    writeLocal(key, unwrap(draft));
    setUnsaved(true);
    save();
  }

  async function open() {
    const stored = await keeping.load().catch(() => null);
    if (touched) return;
    if (stored !== null && stored.updatedAt > draft.updatedAt) {
      setDraft(reconcile(stored));
      writeLocal(key, stored);
    } else if (draft.updatedAt > (stored?.updatedAt ?? emptyDraft(mode).updatedAt)) save();
  }

  const again = () => { if (unsaved()) save(); };
  window.addEventListener("online", again);
  window.addEventListener("pagehide", again);
  onCleanup(() => {
    window.removeEventListener("online", again);
    window.removeEventListener("pagehide", again);
    if (timer !== undefined) save();
  });
  void open();

  return {
    draft,
    change,
    /** Puts a whole text back, for example after an undo. */
    replace,
    /** After sending: keeps the channel, forgets the words. */
    clear: () => replace({ ...emptyDraft(mode), channel: draft.channel }),
    unsaved,
  };
}
