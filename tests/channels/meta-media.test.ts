import { describe, expect, it } from "vitest";
import { instagram } from "../../worker/channels/instagram";
import { messenger } from "../../worker/channels/messenger";
import { MediaGone } from "../../worker/channels/outside";
import { refusal, says, scripted } from "../support/meta-channel";

const OLD = "https://scontent.xx.fbcdn.net/old.jpg";
const NEW = "https://scontent.xx.fbcdn.net/new.jpg";
const MID = "m_aGVsbG8+/w==";

const told = (...data: object[]) => says(200, { attachments: { data } });
const connection = (settings: object) => ({ id: "cn_1", accountId: "a_1", address: "178", ownAddresses: [], country: "US", settings }) as never;
const PLACES = [
  ["Messenger", "graph.facebook.com", messenger, connection({ pageId: "178", pageAccessToken: "token", appSecret: "secret" })],
  ["Instagram by its own login", "graph.instagram.com", instagram, connection({ igUserId: "178", accessToken: "token", appSecret: "secret", login: "instagram" })],
  ["Instagram by its page", "graph.facebook.com", instagram, connection({ igUserId: "178", accessToken: "token", appSecret: "secret", login: "page", pageId: "9" })],
] as const;

describe.each(PLACES)("a file of %s", (_, host, channel, connected) => {
  const download = (file: { ref: string; message?: string; nth?: number }, ...answers: Parameters<typeof scripted>) => {
    const io = scripted(...answers);
    return { io, file: channel.download!(file, connected, io) };
  };

  it("comes from its address, without our token", async () => {
    const { io, file } = download({ ref: OLD, message: MID }, says(200, "bytes"));
    expect(await (await file).text()).toBe("bytes");
    expect(io.sent.map(({ url, headers }) => [url.href, headers.get("authorization")])).toEqual([[OLD, null]]);
  });

  it.each([403, 404, 410])("whose address has ended (%i) is asked for again by its message", async (status) => {
    const { io, file } = download({ ref: OLD, message: MID, nth: 1 }, says(status, ""), told({ image_data: { url: OLD } }, { image_data: { url: NEW, preview_url: OLD } }), says(200, "bytes"));
    expect(await (await file).text()).toBe("bytes");
    expect(io.sent.map(({ url }) => [url.hostname, decodeURIComponent(url.pathname.split("/").at(-1)!)])).toEqual([["scontent.xx.fbcdn.net", "old.jpg"], [host, MID], ["scontent.xx.fbcdn.net", "new.jpg"]]);
    expect(io.sent[2]!.headers.get("authorization")).toBeNull();
  });

  it.each([["a video", { video_data: { url: NEW } }], ["another file", { file_url: NEW, name: "a.pdf" }]])("that is %s is found too", async (_what, data) => {
    const { io, file } = download({ ref: OLD, message: MID }, says(404, ""), told(data), says(200, "bytes"));
    await file;
    expect(io.sent[2]!.url.href).toBe(NEW);
  });

  it.each([["no such message", refusal(100, 33)], ["a message without files", says(200, { id: "m_1" })], ["fewer files", told()]])("is gone when Meta knows %s", async (_what, answer) =>
    expect(download({ ref: OLD, message: MID }, says(404, ""), answer).file).rejects.toThrow(MediaGone));

  it("may come later when Meta cannot tell now", async () => {
    const { file } = download({ ref: OLD, message: MID }, says(404, ""), refusal(2, undefined, 503));
    const error: unknown = await file.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MediaGone);
  });

  it("is not fetched from elsewhere, whatever the message names", async () => {
    const { io, file } = download({ ref: OLD, message: MID }, says(404, ""), told({ image_data: { url: "https://169.254.169.254/" } }));
    await expect(file).rejects.toThrow("address refused");
    expect(io.sent).toHaveLength(2);
  });

  it.each(["../me", "m_1?fields=x", "m 1", ""])("of a message called %j asks nobody about it", async (message) => {
    const { io, file } = download({ ref: OLD, message }, says(404, ""));
    expect([(await file).status, io.sent.length]).toEqual([404, 1]);
  });
});
