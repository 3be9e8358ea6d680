import { createRoot } from "solid-js";
import { describe, expect, it, vi } from "vitest";
import type { Attachment } from "../../worker/contract/entry";
import { isHeic } from "../../web/inbox/composer/heic";
import { createUploads } from "../../web/inbox/composer/uploads";

const PHOTO = new File(["heic"], "IMG_1.HEIC");
const JPEG = new File(["jpeg"], "IMG_1.jpg", { type: "image/jpeg" });
const stored = (file: File): Attachment => ({ id: "a1", name: file.name, type: file.type, size: file.size, url: "/a1", state: "ready" });

it.each([
  ["IMG_1.HEIC", "", true], ["a.heif", "", true], ["photo", "image/heic", true], ["photo", "image/heif", true], ["live", "image/heic-sequence", true],
  ["a.jpg", "image/jpeg", false], ["heic", "", false], ["a.heic.pdf", "application/pdf", false], ["a.heic", "image/jpeg", false],
])("%s of type %j is a photo of an iPhone: %s", (name, type, is) => expect(isHeic({ name, type })).toBe(is));

describe("a photo of an iPhone", () => {
  const world = (convert: () => Promise<File>) => createRoot(() => {
    const put = vi.fn((file: File) => Promise.resolve(stored(file)));
    const got: Attachment[] = [];
    const uploads = createUploads({ put, refuse: ({ type }) => (type === "image/jpeg" ? null : { why: "type", type }), stored: (file) => { got.push(file); }, prepare: (file) => (isHeic(file) ? convert() : null) });
    return { uploads, put, got };
  });

  it("goes as the picture it was made into, and nothing is sent meanwhile", async () => {
    const { uploads, put, got } = world(() => Promise.resolve(JPEG));
    uploads.add([PHOTO]);
    expect(uploads.busy()).toBe(true);
    await vi.waitFor(() => expect(got).toEqual([stored(JPEG)]));
    expect(put).toHaveBeenCalledTimes(1);
    expect(uploads.items).toEqual([]);
  });

  it("that cannot be read is judged as it is", async () => {
    const { uploads, put } = world(() => Promise.reject(new Error("broken")));
    uploads.add([PHOTO]);
    await vi.waitFor(() => expect(uploads.items[0]).toMatchObject({ state: "refused", name: "IMG_1.HEIC", refusal: { why: "type" } }));
    expect(put).not.toHaveBeenCalled();
  });

  it("that was removed meanwhile does not come back", async () => {
    let finish!: (file: File) => void;
    const { uploads, put } = world(() => new Promise((resolve) => { finish = resolve; }));
    uploads.add([PHOTO]);
    uploads.cancel(uploads.items[0]!.id);
    finish(JPEG);
    await Promise.resolve();
    expect([uploads.items.length, put.mock.calls.length]).toEqual([0, 0]);
  });
});
