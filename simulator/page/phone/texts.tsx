import { Check, CheckCheck, ChevronLeft, CircleAlert, ImagePlus, Phone as PhoneIcon, SendHorizontal } from "lucide-solid";
import { createEffect, createSignal, For, Match, on, Show, Switch } from "solid-js";
import type { PhoneThread, WorldMessage } from "../../api";
import { Avatar } from "../../../web/ui/avatar";
import type { Persona } from "../personas";
import { clock, toUploads, type World } from "../world";
import styles from "./phone.module.css";

/** `+15125550142` → `+1 512 555 0142`. */
const shown = (number: string) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3");

/** What a thread of a phone is found by: our number, and who else is in it. */
export const threadKey = ({ ours, group }: Pick<PhoneThread, "ours" | "group">): string => (group ? `${ours} ${group.join()}` : ours);

/** Our numbers that this customer may text, and the groups they are in with us. */
export function Numbers(props: { persona: Persona; threads: readonly PhoneThread[]; numbers: readonly { address: string; provider: string }[]; onOpen: (number: string) => void }) {
  const lastOf = (address: string) => props.threads.find(({ ours, group }) => ours === address && !group)?.messages.at(-1);
  return (
    <>
      <div class={styles["head"]}><b>Messages</b><small>{shown(props.persona.phone)}</small></div>
      <ul class={styles["numbers"]}>
        <For each={props.numbers} fallback={<li class={styles["nothing"]}>No phone number is connected yet.</li>}>{(line) => (
          <li><button type="button" onClick={() => props.onOpen(line.address)}>
            <Avatar name={line.provider} kind="contact" size={32} />
            <span><b>{shown(line.address)}</b><small>{lastOf(line.address)?.text ?? "No messages yet"}</small></span>
          </button></li>
        )}</For>
        <For each={props.threads.filter(({ group }) => group)}>{(thread) => (
          <li><button type="button" onClick={() => props.onOpen(threadKey(thread))}>
            <Avatar name="Group" kind="contact" size={32} />
            <span><b>{groupName(thread, props.persona.phone)}</b><small>{thread.messages.at(-1)?.text ?? ""}</small></span>
          </button></li>
        )}</For>
      </ul>
    </>
  );
}

/** Everybody else in it, as a phone without names shows them. */
const groupName = ({ ours, group = [] }: Pick<PhoneThread, "ours" | "group">, own: string): string => [ours, ...group.filter((one) => one !== own)].map(shown).join(", ");

interface TalkProps { world: World; persona: Persona; ours: string; provider: string; thread: PhoneThread | undefined; onBack: (() => void) | undefined; onProblem: (text: string) => void }

/** The text messages with one number. */
export function Talk(props: TalkProps) {
  const [text, setText] = createSignal("");
  const [files, setFiles] = createSignal<readonly File[]>([]);
  let scroller!: HTMLDivElement;
  let picker!: HTMLInputElement;
  const messages = () => props.thread?.messages ?? [];

  createEffect(on(() => messages().length, () => queueMicrotask(() => { scroller.scrollTop = scroller.scrollHeight; })));

  async function send(words: string) {
    if (words.trim() === "" && files().length === 0) return;
    const picked = files();
    setText("");
    setFiles([]);
    try {
      const media = await toUploads(picked);
      await props.world.text(props.provider, { from: props.persona.phone, to: props.ours, text: words, ...(media.length > 0 && { media }), ...(props.thread?.group && { group: props.thread.group }) });
    } catch (error) {
      setText(words);
      setFiles(picked);
      props.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <>
      <div class={styles["head"]}>
        <Show when={props.onBack}>{(back) => <button type="button" class={styles["icon"]} aria-label="All messages" onClick={() => back()()}><ChevronLeft size={18} /></button>}</Show>
        <Avatar name="Northside Cycles" kind="contact" size={28} />
        <div class={styles["grow"]}><b>{props.thread?.group ? groupName(props.thread, props.persona.phone) : shown(props.ours)}</b><small>{props.thread?.optedOut ? "You have opted out" : `to ${shown(props.persona.phone)}`}</small></div>
        <PhoneIcon size={16} class={styles["quiet"]} aria-hidden="true" />
      </div>
      <div class={styles["messages"]} ref={(element) => { scroller = element; }} tabindex="0" role="log" aria-label="Text messages">
        <For each={messages()} fallback={<p class={styles["nothing"]}>Write the first message.</p>}>{(message) => <Bubble message={message} persona={props.persona} />}</For>
      </div>
      <Show when={files().length > 0}><p class={styles["picked"]}>{files().map(({ name }) => name).join(", ")} <button type="button" onClick={() => setFiles([])}>Remove</button></p></Show>
      <form class={styles["write"]} onSubmit={(event) => { event.preventDefault(); void send(text()); }}>
        <input ref={(element) => { picker = element; }} type="file" accept="image/*,video/*,audio/*" multiple hidden onChange={(event) => { setFiles([...(event.currentTarget.files ?? [])]); event.currentTarget.value = ""; }} />
        <button type="button" class={styles["icon"]} aria-label="Picture" onClick={() => picker.click()}><ImagePlus size={18} /></button>
        <input type="text" aria-label="Message" placeholder="Message" value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit" class={styles["icon"]} aria-label="Send"><SendHorizontal size={18} /></button>
      </form>
      <div class={styles["quick"]}>
        <For each={["STOP", "START", "HELP"]}>{(word) => <button type="button" onClick={() => void send(word)}>{word}</button>}</For>
      </div>
    </>
  );
}

const FAILED: readonly string[] = ["failed", "undelivered", "lost", "delivery_failed", "sending_failed"];

function Bubble(props: { message: WorldMessage; persona: Persona }) {
  const own = () => props.message.by === "customer" && props.message.from === props.persona.phone;
  const writer = () => (props.message.group && !own() ? shown(props.message.from) : null);
  const failed = () => FAILED.includes(props.message.state);
  return (
    <div class={styles["bubble"]} classList={{ [styles["own"]!]: own(), [styles["auto"]!]: props.message.by === "provider" }}>
      <For each={props.message.media}>{(file) => (
        <Show when={file.type.startsWith("image/") && file.url !== ""} fallback={<a href={file.url} target="_blank" rel="noopener">{file.name}</a>}><img src={file.url} alt={file.name} /></Show>
      )}</For>
      <Show when={writer()}>{(number) => <b class={styles["writer"]}>{number()}</b>}</Show>
      <span dir="auto">{props.message.text}</span>
      <small title={`${props.message.state}${props.message.code ? ` ${props.message.code}` : ""}`}>
        {clock(props.message.at)}{" "}
        <Switch fallback={<Check size={12} aria-label={props.message.state} />}>
          <Match when={failed()}><CircleAlert size={12} aria-label={props.message.state} /></Match>
          <Match when={props.message.state === "delivered" || props.message.state === "read"}><CheckCheck size={12} aria-label={props.message.state} /></Match>
        </Switch>
      </small>
    </div>
  );
}
