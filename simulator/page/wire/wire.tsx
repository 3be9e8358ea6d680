import { ArrowLeft, ArrowRight } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { WireLine } from "../../api";
import { Dialog } from "../../../web/ui/dialog";
import { describe, ending } from "./line";
import styles from "./wire.module.css";

const GLANCE = 14;

/** What went between the app and the providers, newest first. */
export function Wire(props: { lines: readonly WireLine[] }) {
  const [all, setAll] = createSignal(false);
  const [chosen, setChosen] = createSignal<WireLine | null>(null);
  const shown = () => props.lines.toReversed().slice(0, all() ? undefined : GLANCE);

  return (
    <section class={styles["wire"]} aria-labelledby="wire">
      <h2 class={styles["title"]} id="wire">Wire<Show when={props.lines.length > GLANCE}><button type="button" class={styles["link"]} onClick={() => setAll(!all())}>{all() ? "Newest" : "All"}</button></Show></h2>
      <ul>
        <For each={shown()} fallback={<li class={styles["nothing"]}>Nothing yet. Write something as a customer.</li>}>{(line) => (
          <li><button type="button" class={styles["line"]} onClick={() => setChosen(line)}>
            <time>{new Date(line.at).toLocaleTimeString(undefined, { hourCycle: "h23" })}</time>
            <Show when={line.kind === "call"} fallback={<ArrowRight size={12} aria-label="to the app" />}><ArrowLeft size={12} aria-label="from the app" /></Show>
            <span>{describe(line)}</span>
            <b data-tone={ending(line).tone}>{ending(line).text}</b>
          </button></li>
        )}</For>
      </ul>
      <Dialog size="l" open={chosen() !== null} onOpenChange={(open: boolean) => { if (!open) setChosen(null); }} title={chosen() ? describe(chosen()!) : ""} description={chosen() ? `${chosen()!.method} ${chosen()!.url}` : ""}>
        <Show when={chosen()}>{(line) => (
          <div class={styles["detail"]}>
            <p>{line().status === 0 ? "No answer" : `Answered ${line().status}`} after {line().ms} ms<Show when={line().note}>{(note) => <>: {note()}</>}</Show></p>
            <h3>Request</h3>
            <pre tabIndex={0}>{Object.entries(line().requestHeaders).map(([name, value]) => `${name}: ${value}`).join("\n")}{"\n\n"}{line().request}</pre>
            <h3>Answer</h3>
            <pre tabIndex={0}>{line().response || "(empty)"}</pre>
          </div>
        )}</Show>
      </Dialog>
    </section>
  );
}
