import { env } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { ComposeCheck } from "../../worker/contract/compose";
import type { ConnectionView } from "../../worker/contract/channel";
import { twilio } from "../../worker/channels/sms-twilio";
import { createContact } from "../../worker/db/contact-records";
import { createConnection } from "../../worker/db/connections";
import { newAccount, type Who } from "../support/account";
import { newPhone } from "../support/conversation";
import { FORGES } from "../support/hooks";

afterEach(() => vi.restoreAllMocks());

/** An account with three text lines, the oldest first, and a contact who has written to none. */
async function newLines() {
  const owner = await newAccount();
  const lines: string[] = [];
  for (const [index, name] of ["Front desk", "Workshop", "Sales"].entries())
    lines.push((await createConnection(owner.account, "sms", { provider: "twilio", name, address: `+1512555020${index}`, settings: {} }, twilio.settings.parse(FORGES["twilio"]!.settings(1)), Date.now() + index)).id);
  const phone = newPhone();
  const made = await createContact(owner.account, { name: "Maya Torres", identities: [{ kind: "phone", address: phone }] }, Date.now());
  const contact = "contact" in made ? made.contact : null;
  const started = await owner.fetch("/api/v1/conversations", { json: { contactId: contact!.id } });
  const { id } = await started.json<{ id: string }>();
  const use = async (line: number, patch: object) => {
    const answer = await owner.fetch(`/api/v1/connections/${lines[line]}`, { method: "PATCH", json: patch });
    expect(answer.status).toBe(200);
    return answer.json<ConnectionView>();
  };
  const chosen = async (as: Who = "owner", query = "") => {
    const { channels } = await (await owner.fetch(`/api/v1/conversations/${id}/check?channel=sms${query}`, {}, as)).json<ComposeCheck>();
    return [lines.indexOf(channels[0]!.connectionId), channels[0]!.because];
  };
  return { owner, lines, use, chosen, id, phone };
}

it("a message leaves from the oldest number, then the default, then the writer's own, and says why", async () => {
  const { use, chosen, owner } = await newLines();
  expect(await chosen()).toEqual([0, "It is your first one"]);
  await use(2, { isDefault: true });
  expect(await chosen()).toEqual([2, "It is the default"]);
  await use(1, { memberIds: [owner.owner.id] });
  expect([await chosen(), await chosen("admin")]).toEqual([[1, "It is your own"], [2, "It is the default"]]);
});

it("there is one default for a channel", async () => {
  const { owner, use } = await newLines();
  await use(1, { isDefault: true });
  await use(2, { isDefault: true });
  const { items } = await (await owner.fetch("/api/v1/connections")).json<{ items: ConnectionView[] }>();
  expect(items.map((one) => one.use!.isDefault)).toEqual([false, false, true]);
});

it("a number that is switched off is neither default nor anybody's own", async () => {
  const { use, chosen, owner } = await newLines();
  await use(2, { isDefault: true, status: "disabled" });
  await use(1, { memberIds: [owner.owner.id], status: "disabled" });
  expect(await chosen()).toEqual([0, "It is your first one"]);
});

it("the number a customer wrote to comes before everything but a person's choice", async () => {
  const { use, chosen, owner, lines, phone } = await newLines();
  await use(1, { memberIds: [owner.owner.id] });
  const { sign, post } = FORGES["twilio"]!;
  const path = `/hooks/twilio/${lines[2]}`;
  const posted = post({ id: "SMsticky", to: "+15125550202", from: phone });
  const answer = await owner.fetch(path, { method: "POST", body: posted.body, headers: { "content-type": posted.type, ...sign(`${env.PUBLIC_URL}${path}`, posted, FORGES["twilio"]!.settings(1), Date.now()) } }, null);
  expect(answer.status).toBe(200);
  expect(await chosen()).toEqual([2, "Maya Torres last wrote to it"]);
  expect(await chosen("owner", `&connectionId=${lines[0]}`)).toEqual([0, "You chose it"]);
});

it("how a number is used survives a change of its settings, and of its secrets", async () => {
  const { use, owner } = await newLines();
  await use(0, { memberIds: [owner.owner.id], confirmsOptOut: true, helpText: "Call us" });
  const after = await use(0, { settings: { authToken: "another-token" }, name: "Renamed" });
  expect(after.use).toEqual({ memberIds: [owner.owner.id], isDefault: false, confirmsOptOut: true, helpText: "Call us", hearsKeywords: true });
});

it("only admins change how a number is used", async () => {
  const { owner, lines } = await newLines();
  expect((await owner.fetch(`/api/v1/connections/${lines[0]}`, { method: "PATCH", json: { isDefault: true } }, "agent")).status).toBe(403);
});
