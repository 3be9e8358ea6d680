import { expect, it } from "vitest";
import { makeReplyAddress, readReplyAddress, type Sign } from "../../worker/channels/reply-address";
import { newId } from "../../worker/platform/id";
import { sign } from "../../worker/platform/vault";

const key = (letter: string) => `k:${btoa(letter.repeat(32))}`;
const signer = (vault: string, account = "a_1"): Sign => (text) => sign(vault, "reply-address", `${account}/${text}`);
const ours = signer(key("a"));
const ID = "c_0123456789abcdefghjkmn";

it("an address names its conversation, also with another case and domain", async () => {
  const address = await makeReplyAddress(ID, "in.acme.example", ours);
  expect(await readReplyAddress(["jane@example.com", address], [ours])).toBe(ID);
  expect(await readReplyAddress([address.toUpperCase()], [ours])).toBe(ID);
  expect(await readReplyAddress([address.replace("in.", "")], [ours])).toBe(ID);
});

it("its local part fits the 64 characters that mail allows", async () => {
  const address = await makeReplyAddress(newId("c", 1_795_341_600_000), "acme.example", ours);
  expect(address.indexOf("@")).toBeLessThanOrEqual(64);
  expect(address).toMatch(/^reply\+c_[0-9a-z]{22}\.[a-z2-7]{26}@acme\.example$/);
});

it("a signature for another conversation, account or key opens nothing", async () => {
  const address = await makeReplyAddress(ID, "acme.example", ours);
  const signature = /\.([a-z2-7]{26})@/.exec(address)![1]!;
  expect(await readReplyAddress([`reply+c_9123456789abcdefghjkmn.${signature}@acme.example`], [ours])).toBeNull();
  expect(await readReplyAddress([address], [signer(key("a"), "a_2")])).toBeNull();
  expect(await readReplyAddress([address], [signer(key("b"))])).toBeNull();
  for (let at = 0; at < signature.length; at++) {
    const forged = signature.slice(0, at) + (signature[at] === "a" ? "b" : "a") + signature.slice(at + 1);
    expect(await readReplyAddress([address.replace(signature, forged)], [ours])).toBeNull();
  }
});

it("addresses that are out stay valid while an older key is kept", async () => {
  const address = await makeReplyAddress(ID, "acme.example", ours);
  expect(await readReplyAddress([address], [signer(key("b")), ours])).toBe(ID);
});

it.each(["reply+c_1@acme.example", "reply+.aaaaaaaaaaaaaaaaaaaaaaaaaa@acme.example", "reply+conv42.9f2c@inbound.acme.example", "support@acme.example", ""])("%j is no reply address", async (address) => {
  expect(await readReplyAddress([address], [ours])).toBeNull();
});
