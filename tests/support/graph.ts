import { vi } from "vitest";

export interface Asked { url: URL; method: string; body: Record<string, unknown> | null }
type Answer = Response | Promise<Response>;

/** A word of Meta's that it has taken a message, a reaction, a signal or a file. */
export const taken = (id: string): Response => Response.json({ messaging_product: "whatsapp", messages: [{ id }], message_id: id, recipient_id: "1", success: true, id });
export const refuses = (code: number, { subcode, status = 400 }: { subcode?: number; status?: number } = {}): Response =>
  Response.json({ error: { message: "no", type: "OAuthException", code, ...(subcode !== undefined && { error_subcode: subcode }) } }, { status });

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);
/** Media, at the address of WhatsApp's that names where it lies, and where it lies. */
export const serves = (url: URL, bytes: Uint8Array<ArrayBuffer> = PNG): Response =>
  (url.hostname === "graph.facebook.com" ? Response.json({ url: "https://lookaside.fbsbx.com/media", sha256: "", mime_type: "image/png" }) : new Response(bytes, { headers: { "content-type": "image/png" } }));

let count = 0;
/** Whom a call is about, by our name for them; null: it names nobody (a file, a name that is asked for). */
function customerIn(body: Record<string, unknown> | null): string | null {
  const { to, recipient } = (body ?? {}) as { to?: string; recipient?: string | { id?: string } };
  return to ?? (typeof recipient === "object" ? recipient.id : recipient) ?? null;
}

/**
 * Stands where Meta is: keeps what it was asked and answers as told; what is undefined is taken. Nothing leaves. With `customers`
 * only what names one of them counts and is asked of `answer`: objects of other tests may still have work of their own.
 */
export function fakeGraph(answer: (asked: Asked, nth: number) => Answer | undefined = () => undefined, customers?: readonly string[]) {
  const asked: Asked[] = [];
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init);
    const isJson = request.headers.get("content-type")?.includes("json");
    const one: Asked = { url: new URL(request.url), method: request.method, body: isJson ? await request.json<Record<string, unknown>>() : null };
    const customer = customerIn(one.body);
    if (customers && customer !== null && !customers.includes(customer)) return taken(`wamid.others${++count}`);
    asked.push(one);
    if (one.url.pathname.endsWith("/media")) return Response.json({ id: "1003383421387256" });
    return answer(one, asked.length) ?? taken(`wamid.sent${++count}${crypto.randomUUID()}`);
  });
  const bodies = () => asked.filter(({ url, method }) => method === "POST" && url.pathname.endsWith("/messages")).map(({ body }) => body!);
  return {
    asked,
    /** What was to reach the customer: neither reactions nor signals. */
    messages: () => bodies().filter((body) => body["type"] !== "reaction" && !("sender_action" in body) && !("status" in body)),
    reactions: () => bodies().flatMap((body) => (body["type"] === "reaction" ? [(body["reaction"] as { emoji: string }).emoji] : body["sender_action"] === "react" ? [(body["payload"] as { reaction: string }).reaction] : body["sender_action"] === "unreact" ? [""] : [])),
    signals: () => bodies().flatMap((body) => (body["status"] === "read" ? [body["typing_indicator"] ? "typing" : "read"] : body["sender_action"] === "mark_seen" ? ["read"] : body["sender_action"] === "typing_on" ? ["typing"] : [])),
    restore: () => spy.mockRestore(),
  };
}
