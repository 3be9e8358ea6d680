import { ChevronDown, Users } from "lucide-solid";
import { createSignal, For, onCleanup, Show } from "solid-js";
import { Avatar } from "../../web/ui/avatar";
import { Button } from "../../web/ui/button";
import { Dialog } from "../../web/ui/dialog";
import { Menu } from "../../web/ui/menu";
import { toast, Toasts } from "../../web/ui/toast";
import { busyHour } from "./busy";
import { Customer } from "./customer/customer";
import { Mailbox } from "./mailbox/mailbox";
import { PERSONAS, type Persona } from "./personas";
import { Phone } from "./phone/phone";
import { Clock, Platform } from "./platform/platform";
import { Shop } from "./shop/shop";
import { Weather } from "./weather/weather";
import { Wire } from "./wire/wire";
import { createWorld } from "./world";
import styles from "./page.module.css";

type Pane = "phone" | "customer" | "mailbox" | "shop" | "weather";
const PANES: readonly { id: Pane; name: string }[] = [{ id: "phone", name: "Phone" }, { id: "customer", name: "Person" }, { id: "mailbox", name: "Mailbox" }, { id: "shop", name: "Shop" }, { id: "weather", name: "Weather" }];

/** Plays the customers of the demo account. */
export function Page() {
  const world = createWorld();
  const [persona, setPersona] = createSignal<Persona>(PERSONAS[0]!);
  const [pane, setPane] = createSignal<Pane>("phone");
  const [asking, setAsking] = createSignal(false);
  const [stop, setStop] = createSignal<AbortController | null>(null);
  const problem = (text: string) => toast({ text, kind: "error" });
  onCleanup(() => stop()?.abort());

  async function hour() {
    const running = stop();
    if (running) return running.abort();
    const controller = new AbortController();
    setStop(controller);
    await busyHour(world, controller.signal).catch((error: unknown) => problem(error instanceof Error ? error.message : String(error)));
    setStop(null);
  }

  async function reset() {
    setAsking(false);
    await world.reset().then(() => toast({ text: "A new, calm world" }), (error: unknown) => problem(error instanceof Error ? error.message : String(error)));
  }

  return (
    <div class={styles["desk"]}>
      <main class={styles["sheet"]} aria-label="Simulator">
        <header class={styles["head"]}>
          <h1>Simulator</h1>
          <p>Plays your customers in each provider’s own wire format. Nothing leaves this machine.</p>
          <span class={styles["grow"]} />
          <a href="/" class={styles["link"]}>Open the inbox</a>
          <Menu
            trigger={<button type="button" class={styles["persona"]} aria-label={`Customer: ${persona().name}`}><Avatar name={persona().name} kind="contact" size={18} />{persona().name}<ChevronDown size={14} /></button>}
            items={PERSONAS.map((one) => ({ label: one.name, onSelect: () => setPersona(one) }))}
          />
          <button type="button" class={styles["everywhere"]} aria-pressed={pane() === "customer"} onClick={() => setPane(pane() === "customer" ? "phone" : "customer")}>Everywhere</button>
          <span class={styles["wide"]}><Button size="s" icon={Users} onClick={() => void hour()}>{stop() ? "Stop" : "Run a busy hour"}</Button></span>
          <Button size="s" variant="ghost" onClick={() => setAsking(true)}>Reset</Button>
        </header>
        <Show when={!world.online()}><p class={styles["offline"]} role="status">The simulator does not answer. This page goes on as soon as it does.</p></Show>
        <nav class={styles["panes"]} aria-label="Panes"><For each={PANES}>{(one) => <button type="button" aria-pressed={pane() === one.id} onClick={() => setPane(one.id)}>{one.name}</button>}</For></nav>
        <div class={styles["body"]} data-pane={pane()}>
          <div class={styles["phone"]}><Phone world={world} persona={persona()} onProblem={problem} /></div>
          <div class={styles["windows"]}>
            <Mailbox world={world} persona={persona()} onProblem={problem} />
            <Shop world={world} />
            <div class={styles["person"]}><Customer world={world} persona={persona()} shown={pane() === "customer"} onProblem={problem} /></div>
          </div>
          <aside class={styles["side"]} aria-label="Weather, clock and wire">
            <Weather world={world} onProblem={problem} />
            <Clock world={world} onProblem={problem} />
            <Wire lines={world.wire()} />
            <Platform world={world} onProblem={problem} />
          </aside>
        </div>
      </main>
      <Dialog open={asking()} onOpenChange={setAsking} title="Reset the pretend world?" description="Phones, mailboxes, wire and weather begin anew. What the inbox has stays there.">
        <div class={styles["ask"]}><Button variant="ghost" onClick={() => setAsking(false)}>Cancel</Button><Button variant="danger" onClick={() => void reset()}>Reset</Button></div>
      </Dialog>
      <Toasts />
    </div>
  );
}
