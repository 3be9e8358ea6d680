import { afterEach, describe, expect, it, vi } from "vitest";
import { telnyx } from "../../worker/channels/sms-telnyx";
import { createConnection } from "../../worker/db/connections";
import { arrives, newConversation, newDesk, newExternal, status, type Desk, type Line } from "../support/conversation";
import { alarmAt } from "../support/crash";
import { fakeProvider, silence } from "../support/provider";
import { settles } from "../support/socket";

afterEach(() => vi.restoreAllMocks());

const MINUTE = 60_000;
const PUBLIC_KEY = "Y6I4Z1W3OqUKj6sKB5snqfk7DAVRODomCQuh7JFJx8s=";

async function telnyxLine(desk: Desk): Promise<Line> {
  const { id } = await createConnection(desk.account, "sms", { provider: "telnyx", name: "Second line", address: "+13125550100", settings: {} }, telnyx.settings.parse({ apiKey: "KEY", publicKey: PUBLIC_KEY }), Date.now());
  return { id, provider: "telnyx", channel: "sms", address: "+13125550100", name: "Second line", status: "active", capabilities: telnyx.capabilities };
}

interface Carrier { line: (desk: Desk) => Line | Promise<Line>; taken: (id: string) => Response; tooFast: (headers?: HeadersInit) => Response; broken: () => Response }
const CARRIERS: Record<string, Carrier> = {
  twilio: {
    line: (desk) => desk.lines.twilio, taken: (id) => Response.json({ sid: id, num_segments: "1" }, { status: 201 }),
    tooFast: (headers) => Response.json({ code: 20429, message: "Too Many Requests" }, { status: 429, headers }), broken: () => new Response("<html>Bad Gateway</html>", { status: 502 }),
  },
  telnyx: {
    line: telnyxLine, taken: (id) => Response.json({ data: { id, parts: 1 } }),
    tooFast: (headers) => Response.json({ errors: [{ code: "10011", title: "Too many requests" }] }, { status: 429, headers }), broken: () => Response.json({ errors: [{ code: "10007", title: "Unexpected error" }] }, { status: 500 }),
  },
};

describe.each(Object.entries(CARRIERS))("%s", (_, { line: lineOf, taken, tooFast, broken }) => {
  async function sending(answer: Parameters<typeof fakeProvider>[0]) {
    const desk = await newDesk();
    const line = await lineOf(desk);
    const provider = fakeProvider(answer);
    const talk = await newConversation(desk);
    const { id } = await talk.send("It is ready.", { line, contact: talk.phone });
    return { desk, line, talk, id, calls: () => provider.to(talk.phone).length, attempts: async () => (await talk.entry(id)).attempts.map(({ outcome }) => outcome) };
  }

  it("that says when to come back is asked again then and not before, and nobody else's message goes out meanwhile", async () => {
    const { desk, line, talk, id, calls, attempts } = await sending((nth) => (nth === 1 ? tooFast({ "retry-after": "30" }) : taken(newExternal())));
    await settles(async () => expect(await attempts()).toEqual(["retry"]));
    const { dueAt, state, failure } = await talk.entry(id);
    expect([state, failure?.class]).toEqual(["queued", "rate"]);
    expect(Date.parse(dueAt!) - Date.now()).toBeGreaterThan(25_000);
    await settles(async () => expect(await desk.account.connection(line.id).reserve(Date.now(), 10)).toBeGreaterThan(Date.now() + 25_000));
    await alarmAt(talk.stub(), Date.now() + 20_000);
    expect(calls()).toBe(1);
    // A little later: asking for slots above has taken some.
    await alarmAt(talk.stub(), Date.parse(dueAt!) + 10_000);
    await talk.becomes(id, "sent");
    expect([calls(), await attempts()]).toEqual([2, ["retry", "sent"]]);
  });

  it("that does not say when is asked again after a while, ever later, and fails in words after five tries", async () => {
    const { talk, id, calls, attempts } = await sending(() => tooFast());
    const waits: number[] = [];
    for (let nth = 1; nth < 5; nth++) {
      await settles(async () => expect(await attempts()).toEqual(Array.from({ length: nth }, () => "retry")));
      const { dueAt, attempts: [...all] } = await talk.entry(id);
      waits.push(Date.parse(dueAt!) - Date.parse(all.at(-1)!.endedAt!));
      await alarmAt(talk.stub(), Date.parse(dueAt!) + 1);
    }
    const failed = await talk.becomes(id, "failed");
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(calls()).toBe(5);
    expect(failed.failure).toMatchObject({ class: "rate", sentence: expect.stringMatching(/^[A-Z].*\.$/) });
    expect((await talk.open()).failed).toBe(true);
  });

  it.each<[what: string, answer: () => Response | Promise<Response>]>([
    ["breaks while it answers", () => broken()],
    ["does not answer in time", () => Promise.reject(new DOMException("The operation was aborted due to timeout", "TimeoutError"))],
    ["drops the connection", () => Promise.reject(new Error("connection reset"))],
  ])("that %s is not asked again: a person decides", async (_what, answer) => {
    const { talk, id, calls, attempts } = await sending(answer);
    await settles(async () => expect(await attempts()).toEqual(["unknown"]));
    await alarmAt(talk.stub(), Date.now() + MINUTE);
    expect((await talk.entry(id)).state).toBe("sending");
    await alarmAt(talk.stub(), Date.now() + 3 * MINUTE);
    expect(await talk.becomes(id, "unknown")).toMatchObject({ failure: { class: "unknown" } });
    expect(calls()).toBe(1);
  });

  it("whose answer is lost is believed by its report, before and after we stopped waiting", async () => {
    for (const isLate of [false, true]) {
      const { desk, line, talk, id, calls, attempts } = await sending(() => broken());
      await settles(async () => expect(await attempts()).toEqual(["unknown"]));
      if (isLate) {
        await alarmAt(talk.stub(), Date.now() + 3 * MINUTE);
        await talk.becomes(id, "unknown");
      }
      await arrives(desk, line, [status({ state: "delivered", externalId: newExternal(), reference: talk.reference(id) })]);
      expect(await talk.entry(id)).toMatchObject({ state: "delivered", failure: null });
      expect(calls()).toBe(1);
      vi.restoreAllMocks();
    }
  });

  it("that never answers at all holds up no other customer", async () => {
    const desk = await newDesk();
    const line = await lineOf(desk);
    const provider = fakeProvider((nth) => (nth === 1 ? silence() : taken(newExternal())));
    const [stuck, other] = [await newConversation(desk), await newConversation(desk)];
    await stuck.send("Nobody answers.", { line, contact: stuck.phone });
    await settles(() => expect(provider.to(stuck.phone)).toHaveLength(1));
    const { id } = await other.send("Somebody does.", { line, contact: other.phone });
    await other.becomes(id, "sent");
  });
});

it("Twilio's word that it is not available is a clear no: the message is sent again", async () => {
  const desk = await newDesk();
  const provider = fakeProvider((nth) => (nth === 1 ? Response.json({ code: 20503, message: "Service unavailable" }, { status: 503 }) : Response.json({ sid: newExternal() }, { status: 201 })));
  const talk = await newConversation(desk);
  const { id } = await talk.send("It is ready.");
  await settles(async () => expect((await talk.entry(id)).attempts.map(({ outcome }) => outcome)).toEqual(["retry"]));
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await talk.becomes(id, "sent");
  expect(provider.to(talk.phone)).toHaveLength(2);
});
