import { describe, expect, it } from "vitest";
import type { OutboundMedia } from "../../worker/channels/channel";
import { fileBytes, formBody, formWithFiles, jsonWithFiles, runsOf } from "../../worker/channels/streamed";
import { CHUNK, content, largeFile, MB } from "../support/large-file";

const fileAtHand = (bytes: Uint8Array): OutboundMedia => ({ id: "a_2", name: "a.bin", type: "application/octet-stream", size: bytes.length, url: "https://inbox.example.com/x", bytes: () => Promise.resolve(bytes) });
const jsonFile = (file: OutboundMedia) => ({ file, fields: { name: file.name }, content: "content" });
const decoded = (text: string): number[] => [...Uint8Array.from(atob(text), (char) => char.charCodeAt(0))];

describe("a body made while it is sent", () => {
  it.each([0, 1, 2, 3, 4, 1_000, CHUNK, 3 * CHUNK + 2])("as JSON holds %i bytes as they were, after the other fields", async (size) => {
    const body = await jsonWithFiles({ subject: 'a "quoted" }] title', list: [1] }, "files", [jsonFile(largeFile(size, 7_001)), jsonFile(largeFile(2))]);
    const parsed = JSON.parse(await new Response(body).text()) as { subject: string; list: number[]; files: { name: string; content: string }[] };
    expect([parsed.subject, parsed.list, parsed.files.length, parsed.files[0]!.name]).toEqual(['a "quoted" }] title', [1], 2, "film.mp4"]);
    expect(decoded(parsed.files[0]!.content)).toEqual([...content(size)]);
  });

  it("is the same JSON whether the bytes are at hand or come", async () => {
    const [atHand, coming] = [fileAtHand(content(10_000)), { ...largeFile(10_000), name: "a.bin" }];
    expect(await new Response(await jsonWithFiles({ a: 1 }, "files", [jsonFile(coming)])).text()).toBe(await jsonWithFiles({ a: 1 }, "files", [jsonFile(atHand)]));
  });

  it("as a form is read by the platform's own reader, whatever the file is called", async () => {
    const file = largeFile(200_000);
    const { body, headers } = formBody(await formWithFiles([["to", "ada@example.com"], ["text", "a\r\nb"]], [{ name: "attachment", file, type: file.type, fileName: 'a"b\r\nX: y.mp4' }]));
    const form = await new Response(body, { headers }).formData();
    const read = form.get("attachment") as unknown as File;
    expect([form.get("to"), form.get("text"), read.type, read.size]).toEqual(["ada@example.com", "a\r\nb", "video/mp4", 200_000]);
    expect(read.name).not.toMatch(/[\r\n]/);
    expect(new Uint8Array(await read.arrayBuffer())).toEqual(content(200_000));
  });

  it("is as long as it said", async () => {
    const body = await jsonWithFiles({ a: 1 }, "files", [jsonFile(largeFile(100))]);
    const request = new Request("https://provider.example", { method: "POST", body });
    expect((await request.text()).length).toBe('{"a":1,"files":[{"name":"film.mp4","content":""}]}'.length + 136);
  });

  it("fails when the file is shorter than it said, so that nothing is taken for whole", async () => {
    const file = { ...largeFile(100), size: 200 };
    await expect(new Response(await jsonWithFiles({ a: 1 }, "files", [jsonFile(file)])).text()).rejects.toThrow();
  });

  it.each([
    ["as JSON", async (file: OutboundMedia) => (await jsonWithFiles({ a: 1 }, "files", [jsonFile(file)])) as ReadableStream<Uint8Array>, 0.75],
    ["as a form", async (file: OutboundMedia) => formBody(await formWithFiles([], [{ name: "file", file, type: file.type, fileName: file.name }])).body as ReadableStream<Uint8Array>, 1],
  ])("%s never holds more than a megabyte of 25 between the bucket and the provider", async (_, make, ratio) => {
    const file = largeFile(25 * MB);
    const stream = await make(file);
    let taken = 0, most = 0;
    for await (const chunk of stream) {
      // Base64 has four letters for three bytes.
      most = Math.max(most, file.made - taken * ratio);
      taken += chunk.byteLength;
    }
    expect(file.made).toBe(25 * MB);
    expect(most).toBeLessThan(MB);
  }, 30_000);
});

it("runs are whole units but the last, from a file at hand as well", async () => {
  const lengths: number[] = [];
  for await (const run of runsOf(fileBytes(largeFile(1_000, 100)), 57)) lengths.push(run.length % 57);
  expect([lengths.slice(0, -1).every((rest) => rest === 0), lengths.at(-1)]).toEqual([true, 1_000 % 57]);
  const whole: Uint8Array[] = [];
  for await (const run of runsOf(fileBytes(fileAtHand(content(1_000))), 57)) whole.push(run);
  expect(whole.flatMap((run) => [...run])).toEqual([...content(1_000)]);
});
