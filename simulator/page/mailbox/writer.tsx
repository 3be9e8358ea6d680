import { createSignal, For, Show } from "solid-js";
import type { WorldMessage } from "../../api";
import { Button } from "../../../web/ui/button";
import type { Persona } from "../personas";
import { toUploads, type World } from "../world";
import styles from "./mailbox.module.css";

export interface Answering { mail: WorldMessage; all: boolean }

interface WriterProps { world: World; persona: Persona; answering: Answering | null; onDone: () => void; onCancel: () => void; onProblem: (text: string) => void }

const split = (text: string) => text.split(/[,;]/).map((address) => address.trim()).filter((address) => address !== "");

export function Writer(props: WriterProps) {
  const answered = props.answering?.mail;
  const start = answered ? answered.mail?.replyTo ?? answered.from : props.world.mailboxes()[0] ?? "";
  const others = props.answering?.all ? [...(answered?.mail?.to ?? []), ...(answered?.mail?.cc ?? [])].filter((address) => address.toLowerCase() !== props.persona.email) : [];
  const subject0 = answered?.mail?.subject ?? "";
  const [to, setTo] = createSignal(start);
  const [cc, setCc] = createSignal(others.join(", "));
  const [subject, setSubject] = createSignal(answered && !/^re:/i.test(subject0) ? `Re: ${subject0}` : subject0);
  const [text, setText] = createSignal("");
  const [files, setFiles] = createSignal<readonly File[]>([]);
  const [busy, setBusy] = createSignal(false);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const attachments = await toUploads(files());
      await props.world.mail({
        from: props.persona.email, fromName: props.persona.name, to: split(to()), subject: subject(), text: text(),
        ...(cc().trim() !== "" && { cc: split(cc()) }), ...(attachments.length > 0 && { attachments }), ...(answered && { inReplyTo: answered.id, quote: true }),
      });
      props.onDone();
    } catch (error) {
      props.onProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class={styles["writer"]} onSubmit={(event) => void send(event)}>
      <label><span>To</span><input type="text" required list="mailboxes" value={to()} onInput={(event) => setTo(event.currentTarget.value)} /></label>
      <datalist id="mailboxes"><For each={props.world.mailboxes()}>{(address) => <option value={address} />}</For></datalist>
      <label><span>Cc</span><input type="text" value={cc()} onInput={(event) => setCc(event.currentTarget.value)} /></label>
      <label><span>Subject</span><input type="text" dir="auto" value={subject()} onInput={(event) => setSubject(event.currentTarget.value)} /></label>
      <textarea aria-label="Text" dir="auto" value={text()} ref={(element) => queueMicrotask(() => element.focus())} onInput={(event) => setText(event.currentTarget.value)} />
      <div class={styles["actions"]}>
        <Button size="s" variant="primary" type="submit" loading={busy()}>Send</Button>
        <Button size="s" variant="ghost" onClick={props.onCancel}>Cancel</Button>
        <label class={styles["pick"]}><input type="file" multiple onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])} /><Show when={files().length > 0} fallback="Attach files">{files().map(({ name }) => name).join(", ")}</Show></label>
      </div>
    </form>
  );
}
