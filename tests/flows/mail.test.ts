import { env } from "cloudflare:test";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { channels } from "../../worker/channels/registry";
import { createConnection } from "../../worker/db/connections";
import { receiveMail } from "../../worker/flows/mail";
import { forgetConnection } from "../../worker/flows/open-connection";
import { processHeld, processKept, type RetryJob } from "../../worker/flows/retry";
import { newAccount, type TestAccount } from "../support/account";
import { wordsIn } from "../support/hooks";

const CHUNK = 64 * 1024;
/** Larger than what lies beside an entry. */
const LARGE = 600_000;

let desk: TestAccount;
let mailbox: string, address: string;
let count = 0;
beforeAll(async () => {
  desk = await newAccount();
  const domain = `${desk.account.id.replace("_", "-")}.example`;
  address = `help@${domain}`;
  mailbox = (await createConnection(desk.account, "email", { provider: "cloudflare-email", name: "Mail", address, settings: {} }, channels["cloudflare-email"]!.settings.parse({ domain }), Date.now())).id;
});
afterEach(() => vi.restoreAllMocks());

const mailOf = (words: string, size = 0, id = `${++count}-${crypto.randomUUID()}@example.com`): Uint8Array =>
  new TextEncoder().encode(`From: Ada <ada-${count}@example.com>\r\nTo: ${address}\r\nSubject: Hi\r\nMessage-ID: <${id}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n${words}\r\n--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n${"y".repeat(size)}\r\n--x--\r\n`);

/** Hands a mail over in chunks, each made when it is asked for. */
function streamOf(raw: Uint8Array, breaksAt = Infinity): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= breaksAt) return controller.error(new Error("the line broke"));
      if (at >= raw.length) return controller.close();
      controller.enqueue(raw.slice(at, at + CHUNK));
      at += CHUNK;
    },
  }, { highWaterMark: 0 });
}

/** Answers whether it was accepted: neither refused nor broken off. */
async function arrives(raw: Uint8Array, { breaksAt, from = "ada@example.com" }: { breaksAt?: number; from?: string } = {}): Promise<boolean> {
  const work: Promise<void>[] = [];
  let isAccepted = true;
  await receiveMail(env, { from, to: address, raw: streamOf(raw, breaksAt), rawSize: raw.length, setReject: () => { isAccepted = false; } }, (one) => { work.push(one); }, Date.now()).catch(() => { isAccepted = false; });
  await Promise.all(work);
  return isAccepted;
}
const keys = async (folder: string): Promise<string[]> => (await env.BUCKET.list({ prefix: `a/${desk.account.id}/${folder}/` })).objects.map(({ key }) => key);
const jobs = async (): Promise<RetryJob[]> => (await keys(`inbound/${mailbox}`)).map((key) => ({ connectionId: mailbox, key }));
const heard = async (): Promise<string[]> => (await wordsIn(desk)).map((text) => text.trim());
const downFor = (method: "put" | "get" | "delete", times = Infinity) => {
  let failed = 0;
  const prototype = Object.getPrototypeOf(env.BUCKET) as R2Bucket;
  const real = prototype[method] as (...args: unknown[]) => unknown;
  vi.spyOn(prototype, method as "put").mockImplementation(function (this: R2Bucket, ...args: unknown[]) {
    if (failed++ < times) return Promise.reject(new Error("R2 is down"));
    return real.apply(this, args) as never;
  });
};

it("a mail lies in the bucket before it is read, and once after it: beside its entry, or where large ones lie", async () => {
  const before = new Set(await keys("raw"));
  const seen: number[] = [];
  const receive = channels["cloudflare-email"]!.receive.bind(channels["cloudflare-email"]);
  vi.spyOn(channels["cloudflare-email"]!, "receive").mockImplementation(async (request, connection) => {
    const [job] = await jobs();
    seen.push((await env.BUCKET.head(job!.key))!.size, request.body.length);
    return receive(request, connection);
  });
  const [small, large] = [mailOf("A small one"), mailOf("A large one", LARGE)];
  expect([await arrives(small), await arrives(large)]).toEqual([true, true]);
  expect(seen).toEqual([small.length, small.length, large.length, large.length]);
  expect(await jobs()).toEqual([]);
  const kept = (await keys("raw")).filter((key) => !before.has(key));
  expect(kept).toHaveLength(1);
  expect(new Uint8Array(await (await env.BUCKET.get(kept[0]!))!.arrayBuffer())).toEqual(large);
  expect(await heard()).toEqual(expect.arrayContaining(["A small one", "A large one"]));
});

it("a mail that breaks off, or that can be kept nowhere, is not accepted and leaves nothing", async () => {
  expect(await arrives(mailOf("Broken", LARGE), { breaksAt: 3 * CHUNK })).toBe(false);
  downFor("put");
  expect(await arrives(mailOf("Unkept"))).toBe(false);
  vi.restoreAllMocks();
  expect(await jobs()).toEqual([]);
  expect((await heard()).filter((words) => ["Broken", "Unkept"].includes(words))).toEqual([]);
});

it("a machine that dies once a mail is kept loses nothing: it is looked at again, with its envelope", async () => {
  const sent: { job: RetryJob; delay: number | undefined }[] = [];
  vi.spyOn(Object.getPrototypeOf(env.INBOUND_RETRY) as Queue, "send").mockImplementation((job, options) => { sent.push({ job: job as RetryJob, delay: options?.delaySeconds }); return Promise.resolve({} as never); });
  // It never comes back from reading.
  downFor("get");
  const raw = mailOf("Read later");
  const waiting = arrives(raw, { from: "émile@example.com" });
  await vi.waitFor(() => { expect(sent.length).toBeGreaterThan(0); });
  await waiting;
  vi.restoreAllMocks();
  expect(sent[0]!.delay).toBeGreaterThan(0);
  const request = vi.spyOn(channels["cloudflare-email"]!, "receive");
  await processKept(env, sent[0]!.job);
  expect(request.mock.calls[0]![0].headers["x-envelope-from"]).toBe("émile@example.com");
  expect(request.mock.calls[0]![0].body).toEqual(raw);
  for (const { job } of sent) await processKept(env, job);
  expect((await heard()).filter((words) => words === "Read later")).toHaveLength(1);
  expect(await jobs()).toEqual([]);
});

it("a large mail that is processed again because it could not be cleared away keeps its bytes", async () => {
  const before = new Set(await keys("raw"));
  downFor("delete", 1);
  expect(await arrives(mailOf("Twice", LARGE))).toBe(true);
  vi.restoreAllMocks();
  for (const job of await jobs()) await processKept(env, job);
  expect([(await keys("raw")).filter((key) => !before.has(key)).length, await jobs()]).toEqual([1, []]);
  expect((await heard()).filter((words) => words === "Twice")).toHaveLength(1);
});

it("a mail that cannot be read now is accepted, kept as it came, and processed when it can be", async () => {
  const poison = vi.spyOn(channels["cloudflare-email"]!, "receive").mockRejectedValue(new Error("unreadable"));
  const raw = mailOf("Poison", LARGE);
  expect(await arrives(raw)).toBe(true);
  const [job] = await jobs();
  expect((await env.BUCKET.head(job!.key))!.size).toBe(raw.length);
  expect((await desk.account.connection(mailbox).lines(1))[0]).toMatchObject({ outcome: "queued", kept: job!.key });
  poison.mockRestore();
  await processKept(env, job!);
  expect([(await heard()).includes("Poison"), await jobs()]).toEqual([true, []]);
});

it("mail for a mailbox that is switched off is kept unread, and comes once it is on", async () => {
  const switched = async (status: string) => {
    await desk.account.db.prepare("UPDATE connection SET status = ? WHERE id = ?").bind(status, mailbox).run();
    forgetConnection(mailbox);
  };
  await switched("disabled");
  const read = vi.spyOn(channels["cloudflare-email"]!, "receive");
  expect(await arrives(mailOf("While off"))).toBe(true);
  expect(read).not.toHaveBeenCalled();
  const [job] = await jobs();
  await switched("active");
  expect(await processHeld(env, desk.account.id, mailbox)).toBe(1);
  await processKept(env, job!);
  expect([(await heard()).includes("While off"), await jobs()]).toEqual([true, []]);
});
