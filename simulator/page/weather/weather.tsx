import { Cloud, CloudLightning, CloudRain, Sun } from "lucide-solid";
import { createSignal, For } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Weather as Report } from "../../api";
import { Switch } from "../../../web/ui/switch";
import type { World } from "../world";
import { clean, percent, SKIES, skyOf } from "./sky";
import styles from "./weather.module.css";

const GLYPHS = [Sun, CloudRain, CloudLightning, Cloud];
const SLOWEST_MS = 10_000;

interface Slider { key: "drop" | "duplicate" | "reorder" | "batch"; label: string }
const SLIDERS: readonly Slider[] = [
  { key: "drop", label: "Webhooks lost, then retried" },
  { key: "duplicate", label: "Webhooks sent twice" },
  { key: "reorder", label: "Webhooks out of order" },
  { key: "batch", label: "Several webhooks in one request (Meta)" },
];
interface Toggle { label: string; isOn: (weather: Report) => boolean; change: (on: boolean) => Report }
const TOGGLES: readonly Toggle[] = [
  { label: "Sends refused with 429", isOn: ({ status }) => status === 429, change: (on) => (on ? { status: 429, retryAfterS: 2 } : { status: 0, retryAfterS: 0 }) },
  { label: "Sends refused with 503", isOn: ({ status }) => status === 503, change: (on) => (on ? { status: 503, retryAfterS: 0 } : { status: 0 }) },
  { label: "Sends with no answer (unknown)", isOn: ({ loseResponse }) => Boolean(loseResponse), change: (on) => ({ loseResponse: on ? 1 : 0 }) },
  { label: "Status arrives before the answer", isOn: ({ echoFirst }) => Boolean(echoFirst), change: (on) => ({ echoFirst: on ? 1 : 0 }) },
  { label: "Pictures fail twice before they load", isOn: ({ mediaFailures }) => Boolean(mediaFailures), change: (on) => ({ mediaFailures: on ? 2 : 0 }) },
];

/** What the network between the app and the providers is like. */
export function Weather(props: { world: World; onProblem: (text: string) => void }) {
  const [provider, setProvider] = createSignal("");
  const weather = (): Report => (provider() === "" ? props.world.weather().all : props.world.weather().providers[provider()] ?? props.world.weather().all);
  const providers = () => [...new Set(props.world.connections().map((connection) => connection.provider))];

  function set(next: Report) {
    props.world.change({ ...clean(next), ...(provider() !== "" && { provider: provider() }) }).catch((error: unknown) => props.onProblem(error instanceof Error ? error.message : String(error)));
  }

  return (
    <section aria-labelledby="weather">
      <header class={styles["head"]}>
        <h2 id="weather">Weather</h2>
        <select aria-label="For which provider" value={provider()} onChange={(event) => setProvider(event.currentTarget.value)}>
          <option value="">for every provider</option>
          <For each={providers()}>{(name) => <option value={name}>for {name}</option>}</For>
        </select>
      </header>
      <div class={styles["section"]}>
        <div class={styles["skies"]} role="group" aria-label="Kind of weather">
          <For each={SKIES}>{(sky, index) => (
            <button type="button" aria-pressed={skyOf(weather()) === sky.name} onClick={() => set(sky.weather)}><Dynamic component={GLYPHS[index()]} size={18} aria-hidden="true" />{sky.name}</button>
          )}</For>
        </div>
        <label class={styles["slider"]}>
          <span>Everything takes</span><output>{weather().latencyMs ? `up to ${((weather().latencyMs ?? 0) / 1_000).toFixed(1)} s` : "no time"}</output>
          <input type="range" min={0} max={SLOWEST_MS} step={500} value={weather().latencyMs ?? 0} style={{ "--share": `${((weather().latencyMs ?? 0) / SLOWEST_MS) * 100}%` }} onChange={(event) => set({ ...weather(), latencyMs: event.currentTarget.valueAsNumber })} />
        </label>
        <For each={SLIDERS}>{(slider) => (
          <label class={styles["slider"]}>
            <span>{slider.label}</span><output>{percent(weather()[slider.key])}%</output>
            <input type="range" min={0} max={100} step={1} value={percent(weather()[slider.key])} style={{ "--share": `${percent(weather()[slider.key])}%` }} onChange={(event) => set({ ...weather(), [slider.key]: event.currentTarget.valueAsNumber / 100 })} />
          </label>
        )}</For>
      </div>
      <div class={styles["section"]}>
        <For each={TOGGLES}>{(toggle) => (
          <div class={styles["toggle"]}><span aria-hidden="true">{toggle.label}</span><Switch label={toggle.label} checked={toggle.isOn(weather())} onChange={(on: boolean) => set({ ...weather(), ...toggle.change(on) })} /></div>
        )}</For>
      </div>
    </section>
  );
}
