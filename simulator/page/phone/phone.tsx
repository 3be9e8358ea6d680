import { MapPinned, MessageSquare, Wifi, Zap } from "lucide-solid";
import { createEffect, createSignal, For, Match, on, Show, Switch } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "../../../web/ui/icon";
import { type App, APPS, appOf } from "../apps/apps";
import { Chat } from "../apps/chat";
import { Places } from "../places/places";
import type { Persona } from "../personas";
import { clock, type World } from "../world";
import { Numbers, Talk, threadKey } from "./texts";
import styles from "./phone.module.css";

const SMS_PROVIDERS: readonly string[] = ["twilio", "telnyx"];
const TEXTS = "texts";
const PLACES = "places";
/** Whose reviews the map shows. */
const REVIEWED = "google-reviews";

/** A customer's phone with its text messages and messenger apps, as the customer sees them. */
export function Phone(props: { world: World; persona: Persona; onProblem: (text: string) => void }) {
  const [number, setNumber] = createSignal<string | null>(null);
  const [screen, setScreen] = createSignal(TEXTS);
  const [seen, setSeen] = createSignal<Readonly<Record<string, number>>>({});
  const numbers = () => props.world.connections().filter(({ provider }) => SMS_PROVIDERS.includes(provider));
  const apps = () => APPS.filter(({ provider }) => props.world.connections().some((connection) => connection.provider === provider));
  const texts = () => props.world.threads.phones.filter(({ provider, customer }) => SMS_PROVIDERS.includes(provider) && customer === props.persona.phone);
  const chats = (app: App) => props.world.threads.phones.filter(({ provider, customer }) => provider === app.provider && customer === app.idOf(props.persona));
  const place = () => props.world.connections().find(({ provider }) => provider === REVIEWED);
  const arrived = (id: string) => (id === PLACES ? [] : id === TEXTS ? texts() : chats(appOf(id)!)).reduce((sum, { messages }) => sum + messages.filter(({ by }) => by !== "customer").length, 0);
  // One number needs no list to choose from.
  const chosen = () => number() ?? (numbers().length === 1 ? numbers()[0]?.address ?? null : null);
  const isLooking = (id: string) => screen() === id && (id !== TEXTS || chosen() !== null);
  const unseen = (id: string) => arrived(id) - (seen()[id] ?? 0);
  const now = () => clock(props.world.time().toISOString(), props.world.time());
  const dock = (): { id: string; name: string; icon: Icon; colour: string }[] => [{ id: TEXTS, name: "Messages", icon: MessageSquare, colour: "var(--ch-sms)" }, ...apps().map((app) => ({ ...app, id: app.provider })), ...(place() ? [{ id: PLACES, name: "Maps", icon: MapPinned, colour: "var(--ch-google)" }] : [])];

  createEffect(on(() => props.persona, () => { setNumber(null); setSeen(Object.fromEntries(dock().map(({ id }) => [id, arrived(id)]))); }));
  createEffect(() => { for (const { id } of dock()) if (isLooking(id)) setSeen((before) => (before[id] === arrived(id) ? before : { ...before, [id]: arrived(id) })); });

  function open(id: string) {
    if (id === TEXTS) setNumber(null);
    setScreen(id);
  }

  return (
    <div class={styles["case"]} aria-label={`Phone of ${props.persona.name}`} role="group">
      <div class={styles["glass"]}>
        <div class={styles["status"]}><time>{now()}</time><span><Wifi size={12} /><Zap size={12} /></span></div>
        <Switch>
          <Match when={appOf(screen())} keyed>{(app) => (
            <Show when={`${app.provider} ${props.persona.phone}`} keyed>
              <Chat app={app} world={props.world} persona={props.persona} ours={props.world.connections().find(({ provider }) => provider === app.provider)?.address ?? ""} thread={chats(app)[0]} onProblem={props.onProblem} />
            </Show>
          )}</Match>
          <Match when={screen() === PLACES && place()}>{(where) => <Places world={props.world} persona={props.persona} place={where()} onProblem={props.onProblem} />}</Match>
          <Match when={screen() === TEXTS}>
            <Show when={chosen()} keyed fallback={<Numbers persona={props.persona} threads={texts()} numbers={numbers().map(({ address, provider }) => ({ address, provider }))} onOpen={setNumber} />}>
              {(key) => { const ours = key.split(" ")[0]!; return (
                <Talk
                  world={props.world} persona={props.persona} ours={ours} provider={numbers().find(({ address }) => address === ours)?.provider ?? "twilio"}
                  thread={texts().find((thread) => threadKey(thread) === chosen()) ?? texts().find((thread) => thread.ours === ours && !thread.group)} onBack={numbers().length > 1 ? () => setNumber(null) : undefined} onProblem={props.onProblem}
                />
              ); }}
            </Show>
          </Match>
        </Switch>
        <nav class={styles["apps"]} aria-label="Apps">
          <For each={dock()}>{(app) => (
            <button type="button" class={styles["app"]} aria-pressed={screen() === app.id} onClick={() => open(app.id)}>
              <span style={{ color: app.colour }}><Dynamic component={app.icon} size={20} aria-hidden="true" /></span>{app.name}
              <Show when={unseen(app.id) > 0}><b class={styles["badge"]}>{unseen(app.id)}</b></Show>
            </button>
          )}</For>
        </nav>
        <div class={styles["bar"]} />
      </div>
    </div>
  );
}
