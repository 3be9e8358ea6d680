import { createSignal, onCleanup } from "solid-js";
import { t } from "../../../lib/i18n";
import { oggOf } from "./ogg";

/** Longer than anybody listens; keeps a forgotten microphone from running all day. */
const MAX_MS = 10 * 60_000;
const TICK_MS = 250;
/** Speech stays clear, and ten minutes are below 3 MB. */
const BITS_PER_SECOND = 32_000;

/** What to ask the browser to record, so that the channel's kind of voice note comes out of it. */
export interface Plan { mimeType: string; convert: boolean }

const BARE = /;.*$/;
const EXTENSIONS: Readonly<Record<string, string>> = { "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/aac": "aac", "audio/mpeg": "mp3", "audio/webm": "webm", "audio/wav": "wav" };
/** The way to each type, the best first. Only Firefox records Ogg; elsewhere the same sound is taken out of WebM. */
const WAYS: Readonly<Record<string, readonly Plan[]>> = {
  "audio/ogg": [{ mimeType: "audio/ogg;codecs=opus", convert: false }, { mimeType: "audio/webm;codecs=opus", convert: true }],
  "audio/mp4": [{ mimeType: "audio/mp4;codecs=mp4a.40.2", convert: false }, { mimeType: "audio/mp4", convert: false }],
};

/** Null when this browser has no way to it. */
export function planOf(type: string, isSupported: (mimeType: string) => boolean): Plan | null {
  const bare = type.replace(BARE, "");
  return (WAYS[bare] ?? [{ mimeType: bare, convert: false }]).find(({ mimeType }) => isSupported(mimeType)) ?? null;
}

/** Why the microphone cannot be used, and what to do, from the name of the browser's error. */
export function microphoneSentence(name: string): string {
  switch (name) {
    case "NotAllowedError": case "SecurityError": return t("composer.voice.denied");
    case "NotFoundError": case "OverconstrainedError": return t("composer.voice.none");
    case "NotReadableError": case "AbortError": return t("composer.voice.busy");
    default: return t("composer.voice.failed");
  }
}

export interface Recording { file: File; url: string; ms: number }
export type RecorderState =
  | { is: "idle" } | { is: "asking" } | { is: "working" }
  | { is: "recording"; ms: number }
  | { is: "ready"; recording: Recording }
  | { is: "failed"; sentence: string };

/** A voice note from the microphone to a file. The microphone is let go of as soon as nobody records. */
export function createRecorder() {
  const [state, setState] = createSignal<RecorderState>({ is: "idle" });
  let recorder: MediaRecorder | null = null;
  let stream: MediaStream | null = null;
  let tick: ReturnType<typeof setInterval> | undefined;
  // Grows with every start and discard: what an earlier one answers late is nobody's any more.
  let turn = 0;

  function release() {
    clearInterval(tick);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    recorder = null;
  }

  /** `type` is what the channel takes as a voice note. */
  async function start(type: string) {
    discard();
    const mine = turn;
    const fail = (sentence: string) => { if (mine === turn) setState({ is: "failed", sentence }); };
    // Browsers offer neither on a page that did not come over https.
    if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices?.getUserMedia) return fail(t("composer.voice.unable"));
    const plan = planOf(type, (mimeType) => MediaRecorder.isTypeSupported(mimeType));
    if (!plan) return fail(t("composer.voice.unable"));
    setState({ is: "asking" });
    try {
      const given = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
      if (mine !== turn) return given.getTracks().forEach((track) => track.stop());
      stream = given;
      record(plan, type.replace(BARE, ""));
    } catch (error) {
      release();
      fail(microphoneSentence(error instanceof Error ? error.name : ""));
    }
  }

  function record(plan: Plan, type: string) {
    const chunks: Blob[] = [];
    const mine = turn;
    const startedAt = Date.now();
    const own = new MediaRecorder(stream!, { mimeType: plan.mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    recorder = own;
    own.ondataavailable = ({ data }) => chunks.push(data);
    own.onstop = () => {
      const ms = Date.now() - startedAt;
      release();
      if (mine === turn) void finish(new Blob(chunks, { type: plan.mimeType }), plan, type, ms, mine);
    };
    own.onerror = () => {
      if (mine !== turn) return;
      release();
      setState({ is: "failed", sentence: t("composer.voice.failed") });
    };
    own.start();
    setState({ is: "recording", ms: 0 });
    tick = setInterval(() => {
      const ms = Date.now() - startedAt;
      setState({ is: "recording", ms });
      if (ms >= MAX_MS) stop();
    }, TICK_MS);
  }

  async function finish(blob: Blob, { convert }: Plan, type: string, ms: number, mine: number) {
    setState({ is: "working" });
    const sound = convert ? await oggOf(blob) : blob;
    if (mine !== turn) return;
    if (!sound || sound.size === 0) return setState({ is: "failed", sentence: t("composer.voice.failed") });
    const file = new File([sound], `${t("composer.voice.file")}.${EXTENSIONS[type] ?? "audio"}`, { type });
    setState({ is: "ready", recording: { file, url: URL.createObjectURL(file), ms } });
  }

  const stop = () => { if (recorder?.state === "recording") recorder.stop(); };

  function discard() {
    turn += 1;
    const before = state();
    if (before.is === "ready") URL.revokeObjectURL(before.recording.url);
    if (recorder && recorder.state !== "inactive") recorder.stop();
    release();
    setState({ is: "idle" });
  }

  /** Puts a recording back, for example after an undo. */
  function bring(file: File, ms: number) {
    discard();
    setState({ is: "ready", recording: { file, url: URL.createObjectURL(file), ms } });
  }

  onCleanup(discard);
  return { state, start, stop, discard, bring };
}
export type Recorder = ReturnType<typeof createRecorder>;
