import { createEffect, onCleanup } from "solid-js";
import { createStore } from "solid-js/store";
import type { Attachment } from "../../../worker/contract/entry";
import type { Refusal } from "./limits";

/** A file on its way, or one that cannot go. Once stored it leaves this list and joins the draft. */
export interface Upload {
  id: string;
  name: string;
  type: string;
  size: number;
  /** 0 to 1. */
  progress: number;
  state: "sending" | "failed" | "refused";
  refusal: Refusal | null;
  file: File;
}

export type Put = (file: File, progress: (share: number) => void, signal: AbortSignal) => Promise<Attachment>;
/** What becomes of a file once the server has it. */
type Done = (attachment: Attachment) => void | Promise<void>;
interface Way { put: Put; done: Done }

/**
 * Uploads of one composer. `refuse` is asked before the first byte; `stored` gets what the server keeps. `prepare` may
 * answer another file in the place of one, for example a photo in a format that everybody can open.
 */
export function createUploads({ put, refuse, stored, prepare }: { put: Put; refuse: (file: File) => Refusal | null; stored: Done; prepare?: (file: File) => Promise<File> | null }) {
  const [items, setItems] = createStore<Upload[]>([]);
  const running = new Map<string, AbortController>();
  const ways = new Map<string, Way>();

  const update = (id: string, patch: Partial<Upload>) => setItems((item) => item.id === id, patch);
  const drop = (id: string) => {
    ways.delete(id);
    setItems((list) => list.filter((item) => item.id !== id));
  };

  async function run(id: string, file: File, way: Way = ways.get(id) ?? { put, done: stored }) {
    const controller = new AbortController();
    running.set(id, controller);
    ways.set(id, way);
    update(id, { state: "sending", progress: 0, refusal: null });
    try {
      const attachment = await way.put(file, (share) => update(id, { progress: share }), controller.signal);
      if (controller.signal.aborted) return;
      const pending = way.done(attachment);
      // What joined the draft at once leaves here in the same breath: nobody sees it in both.
      if (pending) await pending;
      drop(id);
    } catch {
      if (!controller.signal.aborted) update(id, { state: "failed" });
    } finally {
      running.delete(id);
    }
  }

  const busy = () => items.some(({ state }) => state === "sending");
  // A file on its way ends with its page: the browser asks before it closes.
  createEffect(() => {
    if (!busy()) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    onCleanup(() => window.removeEventListener("beforeunload", ask));
  });

  const facts = (file: File) => ({ name: file.name, type: file.type, size: file.size, file });

  function add(file: File, done?: Done) {
    const id = crypto.randomUUID();
    if (done) ways.set(id, { put, done });
    setItems(items.length, { id, ...facts(file), progress: 0, state: "sending", refusal: null });
    const prepared = prepare?.(file) ?? null;
    if (prepared) void checkPrepared(id, file, prepared);
    else check(id, file);
  }

  async function checkPrepared(id: string, file: File, prepared: Promise<File>) {
    const better = await prepared.catch(() => file);
    if (items.some((item) => item.id === id)) check(id, better);
  }

  function check(id: string, file: File) {
    // Not its own competitor for the room that is left.
    update(id, { state: "refused" });
    const refusal = refuse(file);
    update(id, { ...facts(file), refusal });
    if (refusal === null) void run(id, file);
  }

  return {
    items,
    busy,
    /** `done`: what becomes of these files, where it is not the usual. */
    add: (files: Iterable<File>, done?: Done) => { for (const file of files) add(file, done); },
    cancel: (id: string) => {
      running.get(id)?.abort();
      drop(id);
    },
    retry: (id: string) => {
      const item = items.find((one) => one.id === id);
      if (item) void run(id, item.file, ways.get(id));
    },
    /** Another file in the place of a refused one, for example a smaller image. */
    swap: (id: string, file: File) => {
      const way = ways.get(id);
      drop(id);
      add(file, way?.done);
    },
    /** Sends a refused file another way, for example as a link. */
    go: (id: string, way: Way) => {
      const item = items.find((one) => one.id === id);
      if (item) void run(id, item.file, way);
    },
  };
}
export type Uploads = ReturnType<typeof createUploads>;
