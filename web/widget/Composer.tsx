import ArrowUp from "lucide-solid/icons/arrow-up";
import Smile from "lucide-solid/icons/face-slightly-smiling";
import Paperclip from "lucide-solid/icons/paperclip";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, For, Show } from "solid-js";
import type { PreChat as Answers } from "../../worker/contract/widget";
import { useShared } from "./context";
import { Emoji } from "./Emoji";
import { createUploads } from "./uploads";

const MAX_CHARACTERS = 10_000;

export function Composer(props: { visible: boolean; answers: Answers | undefined }) {
  const { chat, language: { words } } = useShared();
  const [text, setText] = createSignal("");
  const [over, setOver] = createSignal(false);
  const [picking, setPicking] = createSignal(false);
  const uploads = createUploads(chat, words);
  let area!: HTMLTextAreaElement;
  let picker!: HTMLInputElement;
  let opener!: HTMLButtonElement;

  const canSend = () => chat.session() !== null && !uploads.busy() && (text().trim() !== "" || uploads.ready().length > 0);
  createEffect(() => { if (props.visible) area.focus({ preventScroll: true }); });
  createEffect(() => {
    text();
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  });

  function send() {
    if (!canSend()) return;
    chat.send(text().trim(), uploads.take(), chat.asked() ? undefined : props.answers);
    setText("");
    area.focus();
  }

  function insert(emoji: string) {
    const { selectionStart: from, selectionEnd: to } = area;
    setText(text().slice(0, from) + emoji + text().slice(to));
    setPicking(false);
    area.focus();
    area.setSelectionRange(from + emoji.length, from + emoji.length);
  }

  function keyed(event: KeyboardEvent) {
    // While an input method is composing, Enter picks a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  }

  function take(event: Event, files: FileList | null | undefined) {
    if (!files?.length) return;
    event.preventDefault();
    uploads.add([...files]);
  }

  return (
    <form
      class="composer" classList={{ over: over() }} onSubmit={(event) => { event.preventDefault(); send(); }}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => { setOver(false); take(event, event.dataTransfer?.files); }}
    >
      <Show when={picking()}><Emoji pick={insert} close={() => { setPicking(false); opener.focus(); }} /></Show>
      <Show when={uploads.notice()}><p class="wrong" role="alert">{uploads.notice()}</p></Show>
      <Show when={uploads.list().length > 0}>
        <ul class="uploads">
          <For each={uploads.list()}>
            {(upload) => (
              <li class="upload" classList={{ bad: upload.state() === "failed" }}>
                <span dir="auto">{upload.state() === "failed" ? words("uploadFailed", upload.name) : upload.name}</span>
                <button type="button" class="icon" aria-label={words("remove", upload.name)} title={words("remove", upload.name)} onClick={() => uploads.remove(upload)}><X size={16} /></button>
                <Show when={upload.state() === "running"}><progress value={upload.progress()} aria-label={words("uploading", upload.name)} /></Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="entry">
        <textarea
          ref={(element) => { area = element; }} rows={1} value={text()} maxLength={MAX_CHARACTERS} dir="auto" aria-label={words("write")} placeholder={words("write")}
          onInput={({ currentTarget: { value } }) => { setText(value); if (value) chat.type(); }} onKeyDown={keyed} onPaste={(event) => take(event, event.clipboardData?.files)}
        />
        <input ref={(element) => { picker = element; }} type="file" multiple hidden onChange={(event) => { take(event, picker.files); picker.value = ""; }} />
        <button ref={(element) => { opener = element; }} type="button" class="icon" aria-label={words("emoji")} title={words("emoji")} aria-expanded={picking()} onClick={() => setPicking(!picking())}><Smile size={18} /></button>
        <button type="button" class="icon" aria-label={words("attach")} title={words("attach")} disabled={chat.session() === null} onClick={() => picker.click()}><Paperclip size={18} /></button>
        <button type="submit" class="icon send" aria-label={words("send")} title={words("send")} disabled={!canSend()}><ArrowUp size={18} /></button>
      </div>
    </form>
  );
}
