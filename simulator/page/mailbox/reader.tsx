import { Code, Ellipsis, Reply, ReplyAll } from "lucide-solid";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { AutoMail, WorldMessage } from "../../api";
import { Button } from "../../../web/ui/button";
import { Menu } from "../../../web/ui/menu";
import type { Persona } from "../personas";
import { clock, type World } from "../world";
import type { Answering } from "./writer";
import styles from "./mailbox.module.css";

/** Nothing in a mail may run or fetch; it is shown as a mail program would show it. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`;
const frame = (html: string) => `<!doctype html><meta charset="utf-8">${POLICY}<meta name="color-scheme" content="light"><style>body{margin:0;font:14px/20px system-ui,sans-serif;overflow-wrap:anywhere}</style>${html}`;

const AUTOMATIC: readonly { label: string; auto: AutoMail }[] = [
  { label: "Answer: out of office", auto: "out-of-office" },
  { label: "Bounce", auto: "bounce" },
  { label: "Delivery is delayed", auto: "delayed" },
  { label: "Read receipt", auto: "read" },
  { label: "Report as spam", auto: "complaint" },
];

interface ReaderProps { world: World; persona: Persona; mail: WorldMessage; onAnswer: (answering: Answering) => void; onProblem: (text: string) => void }

export function Reader(props: ReaderProps) {
  const [raw, setRaw] = createSignal(false);
  const facts = () => props.mail.mail;
  const own = () => props.mail.by === "customer";
  createEffect(on(() => props.mail.id, () => setRaw(false)));

  function automatic(auto: AutoMail) {
    props.world.mail({ from: props.persona.email, fromName: props.persona.name, inReplyTo: props.mail.id, auto, ...(auto === "out-of-office" && { text: "I am away until Monday. Your mail is safe with me." }) })
      .catch((error: unknown) => props.onProblem(error instanceof Error ? error.message : String(error)));
  }

  return (
    <article class={styles["reader"]}>
      <h2 dir="auto">{facts()?.subject || "(no subject)"}</h2>
      <p class={styles["from"]}>
        {own() ? `you to ${props.mail.to}` : `${props.mail.from} to ${facts()?.to.join(", ") ?? "you"}`}
        <Show when={(facts()?.cc.length ?? 0) > 0}>, copy to {facts()?.cc.join(", ")}</Show>, {clock(props.mail.at)}
        <Show when={own()}> · {props.mail.state}</Show>
      </p>
      <Show when={!raw()} fallback={<pre class={styles["raw"]}>{Object.entries(facts()?.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n")}{"\n\n"}{props.mail.text}</pre>}>
        <Show when={facts()?.html} fallback={<p class={styles["text"]} dir="auto">{props.mail.text}</p>}>
          {(html) => <iframe class={styles["html"]} sandbox="" title="Mail" srcdoc={frame(html())} />}
        </Show>
      </Show>
      <Show when={props.mail.media.length > 0}>
        <ul class={styles["files"]}><For each={props.mail.media}>{(file) => <li><Show when={file.url} fallback={file.name}>{(url) => <a href={url()} target="_blank" rel="noopener">{file.name}</a>}</Show></li>}</For></ul>
      </Show>
      <div class={styles["actions"]}>
        <Show when={!own()}>
          <Button size="s" icon={Reply} onClick={() => props.onAnswer({ mail: props.mail, all: false })}>Reply</Button>
          <Show when={(facts()?.to.length ?? 0) + (facts()?.cc.length ?? 0) > 1}><Button size="s" variant="ghost" icon={ReplyAll} onClick={() => props.onAnswer({ mail: props.mail, all: true })}>Reply to all</Button></Show>
          <Menu trigger={<Button size="s" variant="ghost" icon={Ellipsis}>Automatic</Button>} items={AUTOMATIC.map(({ label, auto }) => ({ label, onSelect: () => automatic(auto) }))} />
        </Show>
        <Button size="s" variant="ghost" icon={Code} onClick={() => setRaw(!raw())}>{raw() ? "Readable" : "Raw"}</Button>
      </div>
    </article>
  );
}
