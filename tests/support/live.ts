import { expect } from "vitest";
import type { As, TestAccount } from "./account";

/** A socket through the whole Worker, with every word that came over it and the code it was closed with. */
export async function openSocket(account: TestAccount, path: string, as: As, headers: Record<string, string> = {}) {
  const response = await account.fetch(path, { headers: { upgrade: "websocket", ...headers } }, as);
  const socket = response.webSocket;
  const wire: string[] = [];
  let closed: number | null = null;
  socket?.addEventListener("message", ({ data }) => { wire.push(data as string); });
  socket?.addEventListener("close", ({ code }) => { closed = code; });
  socket?.accept();
  return { status: response.status, wire, closed: () => closed, say: (frame: unknown) => socket!.send(typeof frame === "string" ? frame : JSON.stringify(frame)), close: () => socket?.close() };
}

/** Makes a thing and answers it; anything but success is the test's own mistake. */
export async function made<T = { id: string }>(account: TestAccount, path: string, json: object, as: As = "owner", method = "POST"): Promise<T> {
  const response = await account.fetch(path, { method, json }, as);
  expect(response.ok, `${path}: ${response.ok ? "" : await response.clone().text()}`).toBe(true);
  return response.json<T>();
}
