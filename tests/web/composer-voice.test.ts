import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { oggOf, samplesOf, writeOgg } from "../../web/inbox/composer/voice/ogg";
import { createRecorder, microphoneSentence, planOf, type Recorder } from "../../web/inbox/composer/voice/recorder";
import { readOpus } from "../../web/inbox/composer/voice/webm";

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const element = (id: number[], body: number[]): number[] => [...id, 0x40 | (body.length >> 8), body.length & 0xff, ...body];
/** `OpusHead`, version 1, one channel, 312 samples to skip, 48 kHz. */
const HEAD = [...ascii("OpusHead"), 1, 1, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0];
/** 20 ms each: config 1 of SILK (20 ms), one frame. */
const packet = (length: number, fill: number) => [0x08, ...Array<number>(length - 1).fill(fill)];
const block = (bytes: number[], flags = 0x80) => element([0xa3], [0x81, 0, 0, flags, ...bytes]);
/** As Chromium writes it: segment and cluster without a length. */
const webm = (...blocks: number[][]) => new Uint8Array([
  ...element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], ascii("webm"))),
  0x18, 0x53, 0x80, 0x67, ...UNKNOWN,
  ...element([0x16, 0x54, 0xae, 0x6b], element([0xae], [...element([0xd7], [1]), ...element([0x63, 0xa2], HEAD)])),
  0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, ...element([0xe7], [0]), ...blocks.flat(),
]);

/** The pages of an Ogg file, read by its own rules; a wrong check sum throws. */
function pagesOf(ogg: Uint8Array) {
  const pages: { flags: number; granule: number; sequence: number; packets: Uint8Array[] }[] = [];
  for (let at = 0; at < ogg.length;) {
    const view = new DataView(ogg.buffer, ogg.byteOffset + at);
    if (view.getUint32(0) !== 0x4f676753) throw new Error("no page");
    const count = ogg[at + 26]!;
    const lacing = [...ogg.subarray(at + 27, at + 27 + count)];
    const end = at + 27 + count + lacing.reduce((sum, length) => sum + length, 0);
    const own = ogg.slice(at, end);
    own.fill(0, 22, 26);
    // Bit by bit, as the standard says it, unlike the table of the code under test.
    let sum = 0;
    for (const byte of own) {
      sum ^= byte << 24;
      for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
    }
    if (sum >>> 0 !== view.getUint32(22, true)) throw new Error("check sum");
    const packets: Uint8Array[] = [];
    let from = at + 27 + count, length = 0;
    for (const part of lacing) {
      length += part;
      if (part === 255) continue;
      packets.push(ogg.subarray(from, from + length));
      from += length;
      length = 0;
    }
    pages.push({ flags: ogg[at + 5]!, granule: Number(view.getBigUint64(6, true)), sequence: view.getUint32(18, true), packets });
    at = end;
  }
  return pages;
}

describe("a recording becomes the kind of voice note the channel plays", () => {
  it("every packet of a browser's WebM arrives in the Ogg file, unchanged and in order", async () => {
    const packets = [packet(40, 1), packet(255, 2), packet(600, 3)];
    const ogg = new Uint8Array(await (await oggOf(new Blob([webm(...packets.map((bytes) => block(bytes)))])))!.arrayBuffer());
    const [first, tags, ...rest] = pagesOf(ogg);
    expect([...first!.packets[0]!]).toEqual(HEAD);
    expect(new TextDecoder().decode(tags!.packets[0]!.subarray(0, 8))).toBe("OpusTags");
    expect(rest.flatMap((page) => page.packets.map((bytes) => [...bytes]))).toEqual(packets);
    expect(rest.at(-1)).toMatchObject({ flags: 4, granule: 312 + 3 * 960 });
  });

  it("a long recording is cut into numbered pages", () => {
    const pages = pagesOf(writeOgg({ head: new Uint8Array(HEAD), packets: Array.from({ length: 120 }, (_, index) => new Uint8Array(packet(30, index))) }));
    expect(pages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
    expect(pages.slice(2).map(({ granule }) => granule)).toEqual([312 + 50 * 960, 312 + 100 * 960, 312 + 120 * 960]);
  });

  it("what came before a cut is kept, and anything else is refused", () => {
    const whole = webm(block(packet(40, 1)), block(packet(40, 2)));
    expect(readOpus(whole.subarray(0, whole.length - 10))?.packets).toHaveLength(1);
    expect(readOpus(webm(block(packet(40, 1), 0x82)))).toBeNull();
    expect(readOpus(new TextEncoder().encode("RIFF no webm at all"))).toBeNull();
    expect(readOpus(webm())).toBeNull();
  });

  it.each([[[0x08], 960], [[0x00], 480], [[0x18], 2_880], [[0xf8], 960], [[0xe0], 120], [[0x09], 1_920], [[0x0b, 0x03], 2_880]])("a packet that begins %j plays %i samples", (bytes, samples) => {
    expect(samplesOf(new Uint8Array(bytes))).toBe(samples);
  });

  const CHROME = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"], FIREFOX = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"], SAFARI = ["audio/mp4"];
  it.each([
    ["Ogg on Chrome is taken out of WebM", "audio/ogg; codecs=opus", CHROME, { mimeType: "audio/webm;codecs=opus", convert: true }],
    ["Ogg on Firefox as it is", "audio/ogg", FIREFOX, { mimeType: "audio/ogg;codecs=opus", convert: false }],
    ["no way to Ogg", "audio/ogg", SAFARI, null],
    ["MP4 with the sound everybody plays", "audio/mp4", CHROME, { mimeType: "audio/mp4;codecs=mp4a.40.2", convert: false }],
    ["MP4 on Safari", "audio/mp4", SAFARI, { mimeType: "audio/mp4", convert: false }],
    ["no way to MP4", "audio/mp4", FIREFOX, null],
  ] as const)("%s", (_, type, able, plan) => expect(planOf(type, (mimeType) => (able as readonly string[]).includes(mimeType))).toEqual(plan));
});

describe("the microphone", () => {
  const track = { stop: vi.fn() };
  let getUserMedia = vi.fn();
  let end: () => void;

  class FakeRecorder {
    static isTypeSupported = () => true;
    state = "inactive";
    ondataavailable: ((event: { data: Blob }) => void) | null = null;
    onstop: (() => void) | null = null;
    start() { this.state = "recording"; }
    stop() {
      this.state = "inactive";
      this.ondataavailable?.({ data: new Blob(["sound"]) });
      this.onstop?.();
    }
  }

  beforeEach(() => {
    track.stop.mockClear();
    getUserMedia = vi.fn(() => Promise.resolve({ getTracks: () => [track] }));
    vi.stubGlobal("MediaRecorder", FakeRecorder);
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: (wanted: unknown) => getUserMedia(wanted) as unknown }, configurable: true });
  });
  afterEach(() => {
    end();
    vi.unstubAllGlobals();
  });
  const recorder = (): Recorder => createRoot((dispose) => { end = dispose; return createRecorder(); });

  it("is let go of when the recording stops, and the note can be heard before it goes", async () => {
    const own = recorder();
    await own.start("audio/ogg");
    expect(own.state().is).toBe("recording");
    own.stop();
    await vi.waitFor(() => expect(own.state().is).toBe("ready"));
    expect(track.stop).toHaveBeenCalledOnce();
    const state = own.state();
    expect(state.is === "ready" && state.recording.file).toMatchObject({ name: "Voice note.ogg", type: "audio/ogg" });
  });

  it("is let go of when the note is discarded or the composer goes away", async () => {
    const own = recorder();
    await own.start("audio/ogg");
    own.discard();
    expect([own.state().is, track.stop.mock.calls.length]).toEqual(["idle", 1]);
    await own.start("audio/ogg");
    end();
    expect(track.stop).toHaveBeenCalledTimes(2);
  });

  it("is let go of when it is granted after the question was cancelled", async () => {
    let grant!: (stream: unknown) => void;
    getUserMedia = vi.fn(() => new Promise((resolve) => { grant = resolve; }));
    const own = recorder();
    const started = own.start("audio/ogg");
    own.discard();
    grant({ getTracks: () => [track] });
    await started;
    expect([own.state().is, track.stop.mock.calls.length]).toEqual(["idle", 1]);
  });

  it.each([["NotAllowedError", /blocked for this page.*Allow it/], ["NotFoundError", /no microphone/], ["NotReadableError", /Another program/], ["TypeError", /did not work/]])("%s is explained", async (name, sentence) => {
    getUserMedia = vi.fn(() => Promise.reject(Object.assign(new Error("no"), { name })));
    const own = recorder();
    await own.start("audio/ogg");
    expect(own.state()).toEqual({ is: "failed", sentence: microphoneSentence(name) });
    expect(microphoneSentence(name)).toMatch(sentence);
  });

  it("a browser that records nothing the channel plays is told apart from a blocked one", async () => {
    FakeRecorder.isTypeSupported = () => false;
    const own = recorder();
    await own.start("audio/ogg");
    FakeRecorder.isTypeSupported = () => true;
    expect(own.state()).toMatchObject({ is: "failed", sentence: expect.stringContaining("cannot record what this channel plays") as string });
    expect(getUserMedia).not.toHaveBeenCalled();
  });
});
