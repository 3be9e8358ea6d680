import { randomUUID } from "node:crypto";
import type { Heap } from "./heap.ts";
import { LARGE_FILE_BYTES, openStage, PRODUCT, type Stage, until } from "./stage.ts";

const MB = 1024 * 1024;

/** `peakMb` is how far the memory of the product's isolate, with all its objects, rose above what it had before. */
export interface Step { ms: number; peakMb: number }
export interface LargeFile { upload: Step; resend: Step; ses: Step; fetched: Step }

const RESEND = { provider: "resend", name: "Mail", address: "help@bench.example", settings: { apiKey: "re_bench", webhookSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", domain: "bench.example" } };
const SES = { provider: "ses", name: "Amazon", address: "help@bench.test", settings: { accessKeyId: "AKIABENCH", secretAccessKey: "bench", region: "eu-west-1", topicArn: "arn:aws:sns:eu-west-1:123456789012:mail" } };

interface Items<T> { items: T[] }

/** B14: a file of 25 MB taken in, mailed as JSON, mailed as it stands in a mail, and fetched from a provider. */
export async function measureLargeFile(): Promise<LargeFile> {
  const stage = await openStage(PRODUCT);
  const heap = await stage.heap();
  try {
    const [resend, ses] = [await stage.api<{ id: string }>("POST", "/connections", RESEND), await stage.api<{ id: string }>("POST", "/connections", SES)];
    const contact = await stage.api<{ id: string }>("POST", "/contacts", { name: "Ada", identities: [{ kind: "email", address: "ada@example.test" }] });
    const conversation = await stage.api<{ id: string }>("POST", "/conversations", { contactId: contact.id });
    const mail = async (connection: { id: string }, attachment: string) => {
      const { id } = await stage.api<{ id: string }>("POST", `/conversations/${conversation.id}/messages`, { clientId: randomUUID(), channel: "email", connectionId: connection.id, text: "Here", subject: "A file", to: ["ada@example.test"], attachments: [attachment], undoMs: 0 });
      await until("the mail went out", async () => (await entries(stage, conversation.id)).find((entry) => entry.id === id && entry.state === "sent"));
    };
    // Code is warm and the first page of everything is there.
    const small = await upload(stage, "x".repeat(MB));
    for (const connection of [resend, ses]) await mail(connection, small);
    let file = "";
    const large = "x".repeat(LARGE_FILE_BYTES);
    return {
      upload: await watched(heap, async () => { file = await upload(stage, large); }),
      resend: await watched(heap, () => mail(resend, file)),
      ses: await watched(heap, () => mail(ses, file)),
      fetched: await watched(heap, () => fetched(stage)),
    };
  } finally {
    heap.close();
    await stage.close();
  }
}

async function upload(stage: Stage, body: string): Promise<string> {
  const answer = await stage.ask("POST", "/api/v1/attachments", body, { authorization: `Bearer ${stage.key}`, "content-type": "application/octet-stream", "x-file-name": "film.bin" });
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${answer.body}`);
  return (JSON.parse(answer.body) as { id: string }).id;
}

/** A customer sends a file, and it is here. */
async function fetched(stage: Stage): Promise<void> {
  await stage.write(1, "Look at this", "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM0/Media/ME0");
  const { id } = await until("the message", async () => (await stage.api<Items<{ id: string; preview: { text: string } | null }>>("GET", "/conversations?limit=5")).items.find(({ preview }) => preview?.text.includes("Look at this")));
  await until("its file", async () => (await entries(stage, id)).find(({ attachments }) => attachments.some(({ state, size }) => state === "ready" && size === LARGE_FILE_BYTES)));
}

const entries = async (stage: Stage, id: string) => (await stage.api<Items<{ id: string; state: string; attachments: { state: string; size: number }[] }>>("GET", `/conversations/${id}/entries`)).items;

async function watched(heap: Heap, act: () => Promise<void>): Promise<Step> {
  const idle = await heap.used();
  let most = idle, isOver = false;
  const watching = (async () => { while (!isOver) most = Math.max(most, await heap.used()); })();
  const start = performance.now();
  try {
    await act();
  } finally {
    isOver = true;
    await watching;
  }
  return { ms: Math.round(performance.now() - start), peakMb: Math.round((most - idle) / MB) };
}
