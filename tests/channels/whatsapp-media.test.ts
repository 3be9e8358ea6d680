import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { MediaGone } from "../../worker/channels/outside";
import { whatsapp } from "../../worker/channels/whatsapp";
import { refusal, says, scripted } from "../support/meta-channel";
import { connect } from "../support/whatsapp";

const URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1";
const hash = (words: string, form: "hex" | "base64") => createHash("sha256").update(words).digest(form);
const located = (change: object = {}) => says(200, { url: URL, mime_type: "image/jpeg", sha256: hash("a cat", "hex"), file_size: "5", id: "5", ...change });
const bytes = (words = "a cat", headers: Record<string, string> = {}) => says(200, words, { "content-type": "image/jpeg", ...headers });
const moved = (to: string) => says(302, "", { location: to });
const download = (ref: string, ...answers: Parameters<typeof scripted>) => {
  const io = scripted(...answers);
  return { io, file: whatsapp.download!({ ref }, connect(), io) };
};
const read = async (ref: string, ...answers: Parameters<typeof scripted>) => new TextDecoder().decode(await (await download(ref, ...answers).file).arrayBuffer());

describe("a customer's file", () => {
  it("that is what the signed webhook said comes through whole", async () => expect(await read(`5#${hash("a cat", "base64")}`, located(), bytes())).toBe("a cat"));

  it("that is another than the webhook said ends in an error", async () =>
    expect(read(`5#${hash("a dog", "base64")}`, located(), bytes())).rejects.toThrow("checksum"));

  it.each(["", "AAAA", "no base64!"])("whose webhook had the checksum %j is checked against the address's", async (sha) => {
    expect(await read(`5#${sha}`, located(), bytes())).toBe("a cat");
    await expect(read(`5#${sha}`, located(), bytes("a dog"))).rejects.toThrow("checksum");
    expect(await read(`5#${sha}`, located({ sha256: "" }), bytes("anything"))).toBe("anything");
  });

  it("keeps its type, also where the host names none", async () => {
    const typed = async (...answers: Parameters<typeof scripted>) => (await download("5#", ...answers).file).headers.get("content-type");
    expect(await typed(located(), bytes("a cat", { "content-type": "image/png" }))).toBe("image/png");
    expect(await typed(located(), () => new Response(new TextEncoder().encode("a cat")))).toBe("image/jpeg");
  });

  it("that is gone is an answer that says so", async () => expect((await download("5#", located(), says(404, "")).file).status).toBe(404));

  it("of which WhatsApp knows nothing is gone, with its code", async () => {
    const error: unknown = await download("5#", refusal(100, 33)).file.catch((thrown: unknown) => thrown);
    expect([error instanceof MediaGone, String(error)]).toEqual([true, expect.stringContaining("100/33")]);
  });

  it.each(["", "#", "../me#", "5/../6#", "me?fields=x#", "a b#"])("with the id %j is never asked for", async (ref) => {
    const { io, file } = download(ref, located(), bytes());
    await expect(file).rejects.toThrow("no media id");
    expect(io.sent).toEqual([]);
  });
});

describe("the address of a file", () => {
  it.each([
    "http://lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com:8443/x", "https://user:pw@lookaside.fbsbx.com/x", "https://fbsbx.com.evil.example/x", "https://evilfbsbx.com/x", "https://127.0.0.1/x", "https://[::1]/x",
    "https://2130706433/x", "https://169.254.169.254/latest", "https://lookaside.fbsbx.com./x", "ftp://lookaside.fbsbx.com/x", "https://metadata.google.internal/x",
  ])("%s is not followed, from the start or after a move", async (url) => {
    const direct = download("5#", located({ url }), bytes());
    await expect(direct.file).rejects.toThrow("address refused");
    expect(direct.io.sent).toHaveLength(1);
    const later = download("5#", located(), moved(url), bytes());
    await expect(later.file).rejects.toThrow("address refused");
    expect(later.io.sent).toHaveLength(2);
  });

  it("that is none is an error", async () => expect(download("5#", located({ url: "no address" }), bytes()).file).rejects.toThrow());

  it("that moves to another host of Meta's is followed without the token, also when it moves back", async () => {
    const { io, file } = download("5#", located(), moved("https://scontent.xx.fbcdn.net/a"), moved("https://lookaside.fbsbx.com/b"), bytes());
    expect((await file).status).toBe(200);
    expect(io.sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer TOKEN", "Bearer TOKEN", null, null]);
    expect(io.sent.every(({ redirect }) => redirect === "manual")).toBe(true);
  });

  it("that moves within its host keeps the token", async () => {
    const { io, file } = download("5#", located(), moved("/elsewhere"), bytes());
    await file;
    expect(io.sent[2]!.url.href).toBe("https://lookaside.fbsbx.com/elsewhere");
    expect(io.sent[2]!.headers.get("authorization")).toBe("Bearer TOKEN");
  });

  it("that moves without end is given up", async () => {
    const { io, file } = download("5#", located(), moved("/again"));
    await expect(file).rejects.toThrow("without end");
    expect(io.sent.length).toBeLessThan(10);
  });
});
