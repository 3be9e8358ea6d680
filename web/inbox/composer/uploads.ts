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

/** Uploads of one composer. `refuse` is asked before the first byte; `stored` gets what the server keeps. */
export function createUploads({ put, refuse, stored }: { put: Put; refuse: (file: File) => Refusal | null; stored: (attachment: Attachment) => void }) {
  const [items, setItems] = createStore<Upload[]>([]);
  const running = new Map<string, AbortController>();

  const update = (id: string, patch: Partial<Upload>) => setItems((item) => item.id === id, patch);
  const drop = (id: string) => setItems((list) => list.filter((item) => item.id !== id));

  async function run(id: string, file: File) {
    const controller = new AbortController();
    running.set(id, controller);
    update(id, { state: "sending", progress: 0, refusal: null });
    try {
      const attachment = await put(file, (share) => update(id, { progress: share }), controller.signal);
      if (controller.signal.aborted) return;
      drop(id);
      stored(attachment);
    } catch {
      if (!controller.signal.aborted) update(id, { state: "failed" });
    } finally {
      running.delete(id);
    }
  }

  function add(file: File) {
    const id = crypto.randomUUID();
    const refusal = refuse(file);
    setItems(items.length, { id, name: file.name, type: file.type, size: file.size, progress: 0, state: refusal ? "refused" : "sending", refusal, file });
    if (refusal === null) void run(id, file);
  }

  return {
    items,
    busy: () => items.some(({ state }) => state === "sending"),
    add: (files: Iterable<File>) => { for (const file of files) add(file); },
    cancel: (id: string) => {
      running.get(id)?.abort();
      drop(id);
    },
    retry: (id: string) => {
      const item = items.find((one) => one.id === id);
      if (item) void run(id, item.file);
    },
    /** Another file in the place of a refused one, for example a smaller image. */
    swap: (id: string, file: File) => {
      drop(id);
      add(file);
    },
  };
}
export type Uploads = ReturnType<typeof createUploads>;
