import { CircleAlert, Square, Trash2, X } from "lucide-solid";
import { createSignal, Match, Show, Switch } from "solid-js";
import { t } from "../../../lib/i18n";
import { IconButton } from "../../../ui/icon-button";
import { Spinner } from "../../../ui/spinner";
import type { Recorder, RecorderState, Recording } from "./recorder";
import styles from "../composer.module.css";

const SECOND_MS = 1_000;
const two = (count: number) => String(count).padStart(2, "0");
/** 75,000 → `1:15`. */
const playTime = (ms: number) => `${Math.floor(ms / SECOND_MS / 60)}:${two(Math.floor(ms / SECOND_MS) % 60)}`;

const as = <Is extends RecorderState["is"]>(state: RecorderState, is: Is) => (state.is === is ? state as Extract<RecorderState, { is: Is }> : null);

/** A voice note while it is made: recording, then to be heard before it goes. */
export function VoiceBar(props: { recorder: Recorder; onAgain: () => void; onSend: (recording: Recording) => Promise<void> }) {
  const [busy, setBusy] = createSignal(false);
  const state = () => props.recorder.state();
  async function send(recording: Recording) {
    setBusy(true);
    await props.onSend(recording).finally(() => setBusy(false));
  }
  return (
    <div class={styles["voice"]} role="group" aria-label={t("composer.voice")}>
      <Switch>
        <Match when={as(state(), "recording")}>{(recording) => (
          <>
            <i class={styles["voice-dot"]} aria-hidden="true" />
            <span class={styles["voice-time"]} role="timer" aria-label={t("composer.voice.recording")}>{playTime(recording().ms)}</span>
            <span class={styles["grow"]} />
            <IconButton label={t("composer.voice.discard")} icon={Trash2} onClick={props.recorder.discard} />
            <button type="button" class={styles["voice-stop"]} ref={(element) => queueMicrotask(() => element.focus())} onClick={props.recorder.stop}><Square size={12} fill="currentColor" aria-hidden="true" />{t("composer.voice.stop")}</button>
          </>
        )}</Match>
        <Match when={as(state(), "ready")}>{(ready) => (
          <>
            <audio controls preload="metadata" src={ready().recording.url} aria-label={t("composer.voice.listen", { time: playTime(ready().recording.ms) })} />
            <span class={styles["grow"]} />
            <IconButton label={t("composer.voice.discard")} icon={Trash2} disabled={busy()} onClick={props.recorder.discard} />
            <button type="button" class={styles["voice-send"]} aria-disabled={busy()} ref={(element) => queueMicrotask(() => element.focus())} onClick={() => { if (!busy()) void send(ready().recording); }}>
              <Show when={busy()}><Spinner size={14} /></Show>{t("composer.voice.send")}
            </button>
          </>
        )}</Match>
        <Match when={as(state(), "failed")}>{(failed) => (
          <>
            <CircleAlert size={16} aria-hidden="true" />
            <p role="alert">{failed().sentence}</p>
            <button type="button" class={styles["inline-link"]} onClick={() => props.onAgain()}>{t("app.retry")}</button>
            <IconButton label={t("ui.close")} icon={X} onClick={props.recorder.discard} />
          </>
        )}</Match>
        <Match when={true}>
          <Spinner size={14} /><p role="status">{t(state().is === "asking" ? "composer.voice.asking" : "composer.voice.working")}</p>
          <span class={styles["grow"]} />
          <IconButton label={t("composer.voice.discard")} icon={Trash2} onClick={props.recorder.discard} />
        </Match>
      </Switch>
    </div>
  );
}
