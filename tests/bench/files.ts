import { readdirSync, readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { openStage, PRODUCT, until } from "./stage.ts";

const MB = 1024 * 1024;
const FILE_MB = 25;
const SAMPLE_MS = 5;

export interface LargeFile { upload: { ms: number; peakMb: number }; send: { ms: number; peakMb: number } }

/**
 * B14: a file of 25 MB taken in, then mailed. `peakMb` is how far the memory of the whole runtime rose meanwhile: it holds
 * the local bucket and every object, and it frees late, so it is an upper bound of what one object takes.
 */
export async function measureLargeFile(): Promise<LargeFile> {
  const before = new Set(workers());
  const stage = await openStage(PRODUCT);
  try {
    const pid = workers().find((one) => !before.has(one));
    if (pid === undefined) throw new Error("the runtime's process was not found");
    const connection = await stage.api<{ id: string }>("POST", "/connections", { provider: "resend", name: "Mail", address: "help@bench.example", settings: { apiKey: "re_bench", webhookSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", domain: "bench.example" } });
    const contact = await stage.api<{ id: string }>("POST", "/contacts", { name: "Ada", identities: [{ kind: "email", address: "ada@example.test" }] });
    const conversation = await stage.api<{ id: string }>("POST", "/conversations", { contactId: contact.id });
    const upload = async (body: string) => {
      const answer = await stage.ask("POST", "/api/v1/attachments", body, { authorization: `Bearer ${stage.key}`, "content-type": "application/octet-stream", "x-file-name": "film.bin" });
      if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${answer.body}`);
      return JSON.parse(answer.body) as { id: string };
    };
    const mail = async (attachment: string) => {
      const { id } = await stage.api<{ id: string }>("POST", `/conversations/${conversation.id}/messages`, { clientId: randomUUID(), channel: "email", connectionId: connection.id, text: "Here", subject: "A file", to: ["ada@example.test"], attachments: [attachment], undoMs: 0 });
      await until("the mail went out", async () => {
        const { items } = await stage.api<{ items: { id: string; state: string }[] }>("GET", `/conversations/${conversation.id}/entries`);
        return items.find((entry) => entry.id === id && entry.state === "sent");
      });
    };
    // Code is warm and the first page of everything is there.
    await mail((await upload("x".repeat(MB))).id);
    let file = { id: "" };
    const large = "x".repeat(FILE_MB * MB - 1_000);
    const uploaded = await watched(pid, async () => { file = await upload(large); });
    const sent = await watched(pid, () => mail(file.id));
    return { upload: uploaded, send: sent };
  } finally {
    await stage.close();
  }
}

async function watched(pid: string, act: () => Promise<void>): Promise<{ ms: number; peakMb: number }> {
  const idle = memoryOf(pid);
  let most = idle;
  const timer = setInterval(() => { most = Math.max(most, memoryOf(pid)); }, SAMPLE_MS);
  const start = performance.now();
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
  return { ms: Math.round(performance.now() - start), peakMb: Math.round((most - idle) / MB) };
}

/** The runtimes that this process started. */
const workers = (): string[] => readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isOurs(pid));

function isOurs(pid: string): boolean {
  try {
    const [, name = "", rest = ""] = /^\d+ \((.*)\) \S (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name === "workerd" && rest.startsWith(`${process.pid} `);
  } catch {
    return false;
  }
}

const memoryOf = (pid: string): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
