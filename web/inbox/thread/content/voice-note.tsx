import { Pause, Play } from "lucide-solid";
import { createRoot, createSignal, onCleanup, Show } from "solid-js";
import type { Attachment } from "../../../../worker/contract/entry";
import { t } from "../../../lib/i18n";
import styles from "./voice-note.module.css";

const SPEEDS = [1, 1.5, 2] as const;
/** Whoever listens fast once listens fast to the next one too. */
const [speed, setSpeed] = createRoot(() => createSignal<number>(SPEEDS[0]));
/** Two voices at once are none. */
let playing: HTMLAudioElement | null = null;

const minutes = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** A voice note: play, where it stands, how fast. */
export function VoiceNote(props: { file: Attachment }) {
  const [isPlaying, setPlaying] = createSignal(false);
  const [at, setAt] = createSignal(0);
  const [whole, setWhole] = createSignal(0);
  const [isBroken, setBroken] = createSignal(false);
  let audio!: HTMLAudioElement;

  async function toggle(): Promise<void> {
    if (isPlaying()) return audio.pause();
    if (playing !== audio) playing?.pause();
    playing = audio;
    audio.playbackRate = speed();
    try {
      await audio.play();
    } catch (error) {
      // Pressed again before it had begun.
      if (!(error instanceof DOMException && error.name === "AbortError")) setBroken(true);
    }
  }

  function faster(): void {
    setSpeed(SPEEDS[(SPEEDS.findIndex((one) => one === speed()) + 1) % SPEEDS.length]!);
    audio.playbackRate = speed();
  }

  // A recording made while it was sent has no length until it has been played through.
  const learn = () => { if (Number.isFinite(audio.duration)) setWhole(audio.duration); };
  const end = () => { setPlaying(false); setAt(0); audio.currentTime = 0; };
  onCleanup(() => { if (playing === audio) playing = null; });

  return (
    <div class={styles["voice"]} dir="ltr" role="group" aria-label={t("thread.voice")}>
      <audio
        ref={audio} src={props.file.url} preload="metadata" onDurationChange={learn} onTimeUpdate={() => setAt(audio.currentTime)}
        onPlay={() => setPlaying(true)} onPause={() => setPlaying(false)} onEnded={end} onError={() => setBroken(true)}
      />
      <Show when={!isBroken()} fallback={<span class={styles["broken"]}>{t("thread.voice.broken")} <a class={styles["get"]} href={props.file.url} download={props.file.name}>{t("thread.voice.download")}</a></span>}>
        <button type="button" class={styles["play"]} aria-label={t(isPlaying() ? "thread.voice.pause" : "thread.voice.play")} onClick={() => void toggle()}>
          <Show when={isPlaying()} fallback={<Play size={16} aria-hidden="true" />}><Pause size={16} aria-hidden="true" /></Show>
        </button>
        <input
          type="range" class={styles["track"]} min="0" max={whole() || 1} step="0.1" value={at()} disabled={whole() === 0} aria-label={t("thread.voice.at")}
          aria-valuetext={t("thread.voice.of", { at: minutes(at()), whole: minutes(whole()) })} style={{ "--done": `${whole() > 0 ? (at() / whole()) * 100 : 0}%` }}
          onInput={(event) => { audio.currentTime = event.currentTarget.valueAsNumber; }}
        />
        <span class={styles["time"]} aria-hidden="true">{minutes(isPlaying() || at() > 0 ? at() : whole())}</span>
        <button type="button" class={styles["speed"]} aria-label={t("thread.voice.speed", { speed: speed() })} onClick={faster}>{speed()}×</button>
      </Show>
    </div>
  );
}
