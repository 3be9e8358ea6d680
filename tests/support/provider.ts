import { vi } from "vitest";

export interface Sent { url: string; body: string; idempotencyKey: string | null; /** TikTok's header. */ token?: string | null }
type Answer = (nth: number, sent: Sent) => Response | Promise<Response>;

/** What a provider says when it takes a message: Twilio's and Resend's answers in one. */
export const accepted = (id: string): Response => Response.json({ sid: id, id, num_segments: "1" }, { status: 201 });

/** Stands where every provider would be: keeps what was sent to it and answers as told. Nothing leaves. */
export function fakeProvider(answer: Answer = (nth) => accepted(`SMout${nth}${crypto.randomUUID().slice(0, 8)}`)) {
  const sent: Sent[] = [];
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const asked = new Request(input as RequestInfo, init);
    const one = { url: asked.url, body: await asked.text(), idempotencyKey: asked.headers.get("idempotency-key"), token: asked.headers.get("access-token") };
    // An object of another test may still ask what its customer is called: that sends nothing.
    if (!(asked.method === "GET" && asked.url.includes("fields="))) sent.push(one);
    return answer(sent.length, one);
  });
  return {
    sent,
    /** What went to one customer: objects of other tests may still have work of their own. */
    to: (phone: string): Sent[] => sent.filter(({ body }) => body.includes(phone.slice(1))),
    restore: () => spy.mockRestore(),
  };
}

/** A provider that takes the request and is never heard of again. */
export const silence = (): Promise<Response> => new Promise(() => {});

/** A provider that answers when the test says so. It asks rather than being called: an object's promise must not be settled from outside. */
export function held() {
  let response: (() => Response) | null = null;
  return {
    answer: async (): Promise<Response> => {
      while (!response) await new Promise((resolve) => setTimeout(resolve, 5));
      return response();
    },
    release: (make: () => Response) => { response = make; },
  };
}
