import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { Attachment } from "../../worker/contract/entry";
import type { Chat } from "./chat";
import type { Words } from "./strings";

/** What the channel carries. */
const MAX_FILES = 10;
const MAX_BYTES = 25_000_000;

export interface Upload { name: string; state: Accessor<"running" | "ready" | "failed">; progress: Accessor<number>; attachment(): Attachment | undefined; cancel(): void }

/** The files of the message being written. They are uploaded at once, so that sending does not wait. */
export function createUploads(chat: Pick<Chat, "upload">, words: Words) {
  const [list, setList] = createSignal<Upload[]>([]);
  const [notice, setNotice] = createSignal("");

  function begin(file: File): Upload {
    const [state, setState] = createSignal<"running" | "ready" | "failed">("running");
    const [progress, setProgress] = createSignal(0);
    const abort = new AbortController();
    let attachment: Attachment | undefined;
    const run = async () => {
      const answer = await chat.upload(file, setProgress, abort.signal);
      if (answer.ok) attachment = answer.value;
      setState(answer.ok ? "ready" : "failed");
    };
    void run();
    return { name: file.name, state, progress, attachment: () => attachment, cancel: () => abort.abort() };
  }

  onCleanup(() => { for (const upload of list()) upload.cancel(); });
  return {
    list, notice,
    busy: () => list().some(({ state }) => state() === "running"),
    ready: () => list().filter(({ state }) => state() === "ready"),
    add: (files: File[]) => {
      const tooLarge = files.find(({ size }) => size > MAX_BYTES);
      const fitting = files.filter(({ size }) => size <= MAX_BYTES);
      const room = MAX_FILES - list().length;
      setNotice(tooLarge ? words("tooLarge", tooLarge.name) : fitting.length > room ? words("tooMany") : "");
      setList([...list(), ...fitting.slice(0, room).map(begin)]);
    },
    remove: (upload: Upload) => {
      upload.cancel();
      setNotice("");
      setList(list().filter((each) => each !== upload));
    },
    /** Hands the files over to a message and starts with none. */
    take: (): Attachment[] => {
      const taken = list().flatMap((upload) => upload.attachment() ?? []);
      setList([]);
      setNotice("");
      return taken;
    },
  };
}
