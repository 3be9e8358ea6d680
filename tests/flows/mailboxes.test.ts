import { env } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { channels } from "../../worker/channels/registry";
import { createConnection } from "../../worker/db/connections";
import { forgetAccountFacts } from "../../worker/flows/account-facts";
import { forgetConnection } from "../../worker/flows/open-connection";
import { processKept } from "../../worker/flows/retry";
import { newAccount, type TestAccount } from "../support/account";
import { newHook, wordsIn, type TestHook } from "../support/hooks";

/** A company has one address for all mail of a domain, or tells all of its webhooks of everything. */

/** `to` is the envelope; `shown` what the sender wrote under To. */
interface Letter { id: string; from: string; to: string[]; words: string; shown?: string[] }
interface Company { provider: string; own(n: number, domain: string): object; bring(hook: TestHook, letter: Letter): Promise<Response[]> }

const formOf = (fields: Record<string, string>) => ({ type: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString() });
const inTurn = async (posts: (() => Promise<Response>)[]) => { const answers = []; for (const post of posts) answers.push(await post()); return answers; };

const COMPANIES: Company[] = [
  {
    provider: "postmark", own: (n) => ({ basicPassword: `password-of-mailbox-${n}` }),
    // One request for each recipient.
    bring: (hook, { id, from, to, shown = to, words }) => inTurn(to.map((one) => () => {
      const posted = { type: "application/json", body: JSON.stringify({ MessageID: crypto.randomUUID(), FromFull: { Email: from, Name: "" }, ToFull: shown.map((Email) => ({ Email, Name: "" })), OriginalRecipient: one, Subject: "Order", TextBody: words, Headers: [{ Name: "Message-ID", Value: `<${id}>` }] }) };
      return hook.post(posted, hook.signed(posted));
    })),
  },
  {
    provider: "mailgun", own: (n, domain) => ({ signingKey: `key-of-${n}`, domain }),
    bring: (hook, { id, from, to, shown = to, words }) => inTurn([() => {
      const posted = formOf({ recipient: to.join(","), sender: from, from, subject: "Order", "body-plain": words, "message-headers": JSON.stringify([["To", shown.join(", ")], ["Message-ID", `<${id}>`]]) });
      return hook.post(posted, hook.signed(posted));
    }]),
  },
  {
    provider: "sendgrid", own: (n) => ({ parseToken: `parse-token-of-mailbox-${n}` }),
    bring: (hook, { id, from, to, shown = to, words }) => inTurn([async () => {
      const form = new FormData();
      form.set("email", `From: ${from}\r\nTo: ${shown.join(", ")}\r\nSubject: Order\r\nMessage-ID: <${id}>\r\n\r\n${words}`);
      form.set("envelope", JSON.stringify({ to, from }));
      const packed = new Response(form);
      const posted = { type: packed.headers.get("content-type")!, body: new TextDecoder().decode(await packed.arrayBuffer()) };
      return hook.post(posted, { authorization: `Basic ${btoa(`inbound:${hook.settings["parseToken" as never] as string}`)}` });
    }]),
  },
  {
    provider: "resend", own: (n, domain) => ({ webhookSecret: `whsec_${btoa(`of mailbox ${n}`)}`, domain }),
    bring: (hook, { id, from, to, shown = to, words }) => inTurn([() => {
      const data = { email_id: [id, from, words].join("/"), received_for: to, to: shown, from, message_id: `<${id}>`, subject: "Order" };
      const posted = { type: "application/json", body: JSON.stringify({ type: "email.received", created_at: new Date().toISOString(), data }) };
      return hook.post(posted, hook.signed(posted));
    }]),
  },
];

interface Entry { text: string; connectionId: string; direction: string; email: { from: { address: string } } }

describe.each(COMPANIES)("mail through $provider", ({ provider, own, bring }) => {
  let count = 0;
  let owner: TestAccount, orders: TestHook, help: TestHook;
  let domain: string;
  const mailbox = (name: string, account = owner, at = domain) => newHook(provider, { account, address: `${name}@${at}`, own: { ...own(++count, at) } });

  let from: string;
  beforeEach(() => {
    from = `customer-${++count}@example.com`;
    // Resend's webhook only names the mail.
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
      const [id, from, words] = decodeURIComponent(new URL(input instanceof Request ? input.url : String(input)).pathname.split("/").at(-1)!).split("/");
      return Response.json({ from, to: [`someone@${domain}`], subject: "Order", message_id: `<${id}>`, text: words, headers: {}, created_at: new Date().toISOString() });
    });
  });
  beforeAll(async () => {
    owner = await newAccount();
    domain = `shop-${owner.account.id.replace("_", "-").toLowerCase()}.example`;
    [orders, help] = [await mailbox("orders"), await mailbox("help")];
    forgetAccountFacts(owner.account.id);
  });
  afterEach(() => vi.restoreAllMocks());

  const letter = (words: string, to: string[], shown?: string[]): Letter => ({ from, id: `${words.replaceAll(/\W/g, "-")}@example.com`, words, to: to.map((name) => (name.includes("@") ? name : `${name}@${domain}`)), ...(shown && { shown: shown.map((name) => `${name}@${domain}`) }) });
  async function comes(hook: TestHook, one: Letter): Promise<void> {
    for (const { status } of await bring(hook, one)) expect(status).toBe(200);
  }
  const conversations = async (): Promise<string[]> =>
    (await owner.account.db.prepare("SELECT DISTINCT conversation_id AS id FROM contact WHERE account_id = ? AND conversation_id IS NOT NULL").bind(owner.account.id).all<{ id: string }>()).results.map(({ id }) => id);
  /** Every customer's mail and the mailbox it is in. */
  async function heard(): Promise<[name: string | undefined, words: string][]> {
    const names = new Map([[orders.id, "orders"], [help.id, "help"]]);
    const pages = await Promise.all((await conversations()).map(async (id) => (await owner.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()));
    return pages.flatMap((page) => page.items).filter(({ direction, email }) => direction === "in" && email.from.address === from).map(({ connectionId, text }): [string | undefined, string] => [names.get(connectionId), text.trim()]).toSorted((a, b) => (`${a[1]} ${a[0]}` < `${b[1]} ${b[0]}` ? -1 : 1));
  }
  async function switched({ id }: TestHook, status: "active" | "disabled"): Promise<void> {
    await owner.account.db.prepare("UPDATE connection SET status = ? WHERE id = ?").bind(status, id).run();
    forgetConnection(id);
    forgetAccountFacts(owner.account.id);
  }
  const kept = async ({ id }: TestHook): Promise<string[]> => (await env.BUCKET.list({ prefix: `a/${owner.account.id}/inbound/${id}/` })).objects.map(({ key }) => key);

  it("is in the mailbox it was sent to, once, whichever webhooks bring it, in any order", async () => {
    for (const hook of [orders, help, orders]) await comes(hook, letter("For help", ["help"]));
    for (const hook of [help, orders]) await comes(hook, letter("For orders", ["ORDERS"]));
    await comes(orders, letter("For a part of help", ["help+refunds"]));
    expect(await heard()).toEqual([["help", "For a part of help"], ["help", "For help"], ["orders", "For orders"]]);
  });

  it("that was sent to two mailboxes is once in each", async () => {
    for (const hook of [orders, help]) await comes(hook, letter("For both", ["orders", "help"]));
    expect(await heard()).toEqual([["help", "For both"], ["orders", "For both"]]);
  });

  it("does not go where its sender only wrote that it goes", async () => {
    await comes(orders, letter("To help, they say", ["orders"], ["help"]));
    expect(await heard()).toEqual([["orders", "To help, they say"]]);
  });

  it("to an address that no mailbox has stays where it came", async () => {
    await comes(orders, letter("For whoever", ["whoever"]));
    await comes(help, letter("An answer", ["reply+c_1.abc"]));
    expect(await heard()).toEqual([["help", "An answer"], ["orders", "For whoever"]]);
  });

  it("to a mailbox that another company sends for is not lost", async () => {
    const settings = channels["smtp"]!.settings.parse({ host: "mail.example.com", port: "587", security: "starttls", user: "u", password: "p" });
    await createConnection(owner.account, "email", { provider: "smtp", name: "Sales", address: `sales@${domain}`, settings: {} }, settings, Date.now());
    for (const { id } of [orders, help]) forgetConnection(id);
    forgetAccountFacts(owner.account.id);
    await comes(orders, letter("For sales", ["sales"]));
    expect(await heard()).toEqual([["orders", "For sales"]]);
  });

  it("never reaches the mailbox of another account", async () => {
    const stranger = await newAccount();
    await mailbox("boss", stranger);
    await comes(orders, letter("Ours", ["boss"]));
    expect([await wordsIn(stranger), await heard()]).toEqual([[], [["orders", "Ours"]]]);
  });

  it("waits for the mailbox that is switched off, and for no other", async () => {
    await switched(help, "disabled");
    await comes(orders, letter("For help", ["help"]));
    await comes(orders, letter("For orders", ["orders"]));
    expect(await heard()).toEqual([["orders", "For orders"]]);
    expect([(await kept(help)).length, (await kept(orders)).length]).toEqual([1, 0]);
    await switched(help, "active");
    await switched(orders, "disabled");
    for (const key of await kept(help)) await processKept(env, { connectionId: help.id, key });
    await comes(orders, letter("Also for help", ["help"]));
    expect([(await kept(help)).length, (await kept(orders)).length]).toEqual([0, 0]);
    expect(await heard()).toEqual([["help", "Also for help"], ["help", "For help"], ["orders", "For orders"]]);
    await switched(orders, "active");
  });

  it("is answered from the mailbox it was sent to, and a replay of its webhook adds nothing", async () => {
    await comes(orders, letter("For help", ["help"]));
    const [id] = await conversations();
    const { items: [{ id: entryId } = { id: "" }] } = await (await owner.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: { id: string }[] }>();
    const sent = await (await owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "email", text: "We help" } })).json<Entry>();
    expect(sent.connectionId).toBe(help.id);
    const line = await vi.waitFor(async () => {
      const { items } = await (await owner.fetch(`/api/v1/connections/${orders.id}/webhooks`)).json<{ items: { id: string; detail: string }[] }>();
      expect(items[0]?.detail).toBe(entryId);
      return items[0]!;
    });
    expect((await owner.fetch(`/api/v1/connections/${orders.id}/webhooks/${line.id}/replay`, { method: "POST" })).status).toBe(200);
    expect(await heard()).toEqual([["help", "For help"]]);
  });
});
