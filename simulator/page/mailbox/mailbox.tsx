import { Mail, PenLine } from "lucide-solid";
import { createEffect, createMemo, createSignal, For, Match, on, Switch } from "solid-js";
import type { WorldMessage } from "../../api";
import { Button } from "../../../web/ui/button";
import type { Persona } from "../personas";
import { clock, type World } from "../world";
import { Reader } from "./reader";
import { type Answering, Writer } from "./writer";
import styles from "./mailbox.module.css";

/** A customer's mailbox: what we sent them, and what they sent. */
export function Mailbox(props: { world: World; persona: Persona; onProblem: (text: string) => void }) {
  const [chosen, setChosen] = createSignal<string | null>(null);
  const [writing, setWriting] = createSignal<Answering | "new" | null>(null);
  const [read, setRead] = createSignal<ReadonlySet<string>>(new Set());
  const mails = createMemo(() => props.world.threads.mailboxes.find(({ address }) => address === props.persona.email)?.messages.toReversed() ?? []);
  const open = () => mails().find(({ id }) => id === chosen()) ?? mails()[0];
  const mine = (mail: WorldMessage) => mail.by === "customer";

  createEffect(on(() => props.persona, () => { setChosen(null); setWriting(null); }));
  createEffect(() => { const id = open()?.id; if (id !== undefined) setRead((before) => (before.has(id) ? before : new Set([...before, id]))); });

  return (
    <section class={styles["window"]} aria-label="Mailbox">
      <header class={styles["head"]}>
        <Mail size={16} class={styles["glyph"]} aria-hidden="true" /><b>Mailbox</b><span class={styles["cut"]}>{props.persona.email}</span>
        <Button size="s" variant="ghost" icon={PenLine} onClick={() => setWriting("new")}>Write</Button>
      </header>
      <div class={styles["body"]}>
        <ul class={styles["list"]} aria-label="Mails">
          <For each={mails()} fallback={<li class={styles["nothing"]}>No mail yet.</li>}>{(mail) => (
            <li><button type="button" aria-pressed={open()?.id === mail.id && writing() === null} classList={{ [styles["unread"]!]: !mine(mail) && !read().has(mail.id) }} onClick={() => { setChosen(mail.id); setWriting(null); }}>
              <b><span>{mine(mail) ? "You" : mail.mail?.fromName || mail.from}</span><time>{clock(mail.at)}</time></b>
              <p>{mail.mail?.subject || "(no subject)"}</p>
            </button></li>
          )}</For>
        </ul>
        <Switch fallback={<div class={styles["blank"]}>Write a mail to reach the inbox.</div>}>
          <Match when={writing()} keyed>{(answering) => (
            <Writer world={props.world} persona={props.persona} answering={answering === "new" ? null : answering} onDone={() => { setWriting(null); setChosen(null); }} onCancel={() => setWriting(null)} onProblem={props.onProblem} />
          )}</Match>
          <Match when={open()}>{(mail) => <Reader world={props.world} persona={props.persona} mail={mail()} onAnswer={setWriting} onProblem={props.onProblem} />}</Match>
        </Switch>
      </div>
    </section>
  );
}
