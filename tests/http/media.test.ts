import { expect, it } from "vitest";
import { newAccount } from "../support/account";

async function file() {
  const owner = await newAccount();
  const { url } = await (await owner.fetch("/api/v1/attachments", { method: "POST", body: "hello world", headers: { "content-type": "text/plain" } })).json<{ url: string }>();
  return { owner, url };
}

it("a part is answered as a part; what is no range of bytes brings the whole file; a part that the file has not is refused", async () => {
  const { owner, url } = await file();
  const ask = async (range: string) => {
    const answer = await owner.fetch(url, { headers: { range } });
    return [answer.status, answer.headers.get("content-range"), await answer.text()];
  };
  expect(await ask("bytes=0-4")).toEqual([206, "bytes 0-4/11", "hello"]);
  expect(await ask("bytes=6-")).toEqual([206, "bytes 6-10/11", "world"]);
  for (const none of ["lines=1-2", "junk", "bytes=-", "bytes=0-1,3-4", "bytes=3-1"]) expect(await ask(none)).toEqual([200, null, "hello world"]);
  for (const beyond of ["bytes=11-", "bytes=20-30", "bytes=-0"]) expect(await ask(beyond)).toEqual([416, "bytes */11", ""]);
});

it("who has the file already is told so instead of getting it again", async () => {
  const { owner, url } = await file();
  const first = await owner.fetch(url);
  await first.text();
  const etag = first.headers.get("etag")!;
  const again = await owner.fetch(url, { headers: { "if-none-match": etag } });
  expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
  const another = await owner.fetch(url, { headers: { "if-none-match": '"another"' } });
  expect([another.status, await another.text()]).toEqual([200, "hello world"]);
});

it("a range or a tag of a file that is not there is not found", async () => {
  const { owner, url } = await file();
  const gone = url.replace(/a_[^/]+/, "a_nowhere");
  for (const headers of [{ range: "bytes=0-1" }, { "if-none-match": "*" }] as Record<string, string>[]) expect((await owner.fetch(gone, { headers })).status).toBe(404);
});
