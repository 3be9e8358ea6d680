/** Two soft notes, made on the spot: no file to fetch. Hertz, and seconds from the start. */
const NOTES = [{ pitch: 660, at: 0 }, { pitch: 880, at: 0.09 }];
const NOTE_S = 0.16;
const VOLUME = 0.08;

/** Browsers allow it after the visitor has touched the frame; before that it stays silent. */
export function ring(): void {
  const audio = new AudioContext();
  for (const { pitch, at } of NOTES) {
    const [tone, gain] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + at;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(VOLUME, start);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + NOTE_S);
  }
  setTimeout(() => void audio.close(), 1_000);
}
