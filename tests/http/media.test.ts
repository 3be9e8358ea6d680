import { expect, it } from "vitest";
import { newAccount } from "../support/account";

it("a part is answered as a part; what is no range of bytes brings the whole file", async () => {
  const owner = await newAccount();
  const { url } = await (await owner.fetch("/api/v1/attachments", { method: "POST", body: "hello world", headers: { "content-type": "text/plain" } })).json<{ url: string }>();
  const ask = async (range: string) => {
    const answer = await owner.fetch(url, { headers: { range } });
    return [answer.status, answer.headers.get("content-range"), await answer.text()];
  };
  expect(await ask("bytes=0-4")).toEqual([206, "bytes 0-4/11", "hello"]);
  expect(await ask("bytes=6-")).toEqual([206, "bytes 6-10/11", "world"]);
  for (const none of ["lines=1-2", "junk", "bytes=-", "bytes=0-1,3-4"]) expect(await ask(none)).toEqual([200, null, "hello world"]);
});
