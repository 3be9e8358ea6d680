import { describe, expect, it } from "vitest";
import { channels } from "../../worker/channels/registry";
import { MAX_LINKED_BYTES } from "../../worker/contract/file-limits";
import { canShrink, refuseFile } from "../../web/inbox/composer/limits";

const MB = 1024 * 1024;
const file = (type: string, size: number) => ({ name: "a file", type, size });

/** What is offered about a file that does not fit, for every provider that sends: nobody is left with a bare refusal. */
describe.each(Object.values(channels).filter(({ capabilities }) => capabilities.transport !== "none"))("a file that does not fit $title", ({ capabilities: { media } }) => {
  const limitOf = (type: string) => Math.min(media!.bytes, media!.limits.find((one) => type.startsWith(one.type))?.bytes ?? Infinity);
  const takes = (type: string) => media?.types.some((one) => one === "*/*" || one === type || (one.endsWith("/*") && type.startsWith(one.slice(0, -1)))) ?? false;

  it("is a picture made smaller, down to what fits", () => {
    if (!takes("image/jpeg")) return expect(refuseFile(media, file("image/jpeg", 1), [])?.why).toMatch(/no-files|type/);
    const max = limitOf("image/jpeg");
    expect(refuseFile(media, file("image/jpeg", max), [])).toBeNull();
    expect(refuseFile(media, file("image/jpeg", max + 1), [])).toMatchObject({ shrink: true, max });
    // What shrinking makes is a JPEG.
    expect(["image/png", "image/webp"].every(canShrink)).toBe(true);
  });

  it("is a photo of an iPhone made a JPEG first, wherever pictures go", () => {
    if (takes("image/png")) expect(takes("image/jpeg")).toBe(true);
  });

  it("is a link, unless it is too large for that as well", () => {
    const refused = refuseFile(media, file("application/zip", 60 * MB), []);
    if (takes("application/zip") && limitOf("application/zip") >= 60 * MB) return expect(refused).toBeNull();
    expect(refused).not.toBeNull();
    expect(60 * MB).toBeLessThan(MAX_LINKED_BYTES);
  });
});
