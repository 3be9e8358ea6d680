import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newPhone, type TestConversation } from "../support/conversation";
import { alarmAt, crash } from "../support/crash";
import { fakeGraph, refuses, type Asked } from "../support/graph";
import { inside, newMetaDesk, newMid, onlyConversation, onMeta, posts, type MetaDesk } from "../support/meta";
import { silence } from "../support/provider";
import { settles } from "../support/socket";

const HOUR = 3_600_000;
const NAMES = { messenger: { first_name: "Ada", last_name: "Park" }, instagram: { name: "Ada Park", username: "ada.p" } } as const;

let desk: MetaDesk;
/** Nobody else in this run has it. */
let user: string;
beforeEach(async () => {
  user = `53495${newPhone().slice(1)}`;
  desk = await newMetaDesk();
});
afterEach(() => vi.restoreAllMocks());

/** Answers each question for this customer's name, the last answer again and again; a customer without a name is null. */
function names(...answers: (() => Response | Promise<Response>)[]) {
  let asked = 0;
  const isQuestion = ({ method, url }: Asked) => method === "GET" && url.pathname.endsWith(user);
  fakeGraph((one) => (isQuestion(one) ? answers[Math.min(++asked, answers.length) - 1]!() : undefined), [user]);
  return { asked: () => asked };
}
const later = () => refuses(2, { status: 500 });
const untold = () => refuses(100, { subcode: 33 });
const nameOf = async (talk: TestConversation) => (await talk.open()).contactName;
const tries = async (talk: TestConversation) => (await inside(talk)).head.nameTries;

describe.each(["messenger", "instagram"] as const)("on %s", (provider) => {
  const told = () => Response.json(NAMES[provider]);
  const writes = () => posts(desk.meta[provider], onMeta(desk.meta[provider]).says(user, "Is it there?"));
  const weWrote = () => posts(desk.meta[provider], onMeta(desk.meta[provider]).echo(user, { mid: newMid(), text: "From the app" }));

  it("a name that cannot be had now is asked for again, and stands everywhere", async () => {
    const { asked } = names(later, later, told);
    await writes();
    const talk = await onlyConversation(desk);
    await settles(async () => expect([asked(), await tries(talk)]).toEqual([1, 1]));
    expect(await nameOf(talk)).not.toBe("Ada Park");
    await alarmAt(talk.stub(), Date.now() + HOUR);
    await settles(() => expect(asked()).toBe(2));
    await settles(async () => { await alarmAt(talk.stub(), Date.now() + 2 * HOUR); expect(await nameOf(talk)).toBe("Ada Park"); });
    expect((await talk.entries()).map(({ author }) => author.name)).toEqual(["Ada Park"]);
    expect([asked(), await tries(talk)]).toEqual([3, undefined]);
    // Not as the machine remembers them, from before they had a name.
    await writes();
    await settles(async () => expect((await talk.entries()).map(({ author }) => author.name)).toEqual(["Ada Park", "Ada Park"]));
  });

  it("a provider that stays down is left alone after some hours", async () => {
    const { asked } = names(later);
    await writes();
    const talk = await onlyConversation(desk);
    await settles(() => expect(asked()).toBe(1));
    for (let hours = 7; hours <= 70; hours += 7) await alarmAt(talk.stub(), Date.now() + hours * HOUR);
    expect([asked(), await tries(talk)]).toEqual([5, undefined]);
  });

  it("who does not say it is asked once", async () => {
    const { asked } = names(untold);
    await writes();
    const talk = await onlyConversation(desk);
    await settles(async () => expect([asked(), await tries(talk)]).toEqual([1, undefined]));
    await writes();
    await alarmAt(talk.stub(), Date.now() + HOUR);
    expect(asked()).toBe(1);
  });

  it("whom we wrote to first is asked at once, and again when they write", async () => {
    const { asked } = names(untold, told);
    await weWrote();
    const talk = await onlyConversation(desk);
    await settles(async () => expect([asked(), await tries(talk)]).toEqual([1, 0]));
    await writes();
    await settles(async () => expect(await nameOf(talk)).toBe("Ada Park"));
    expect(asked()).toBe(2);
  });

  it("a question during which everything died is asked again", async () => {
    const { asked } = names(silence, told);
    await writes();
    const talk = await onlyConversation(desk);
    await settles(() => expect(asked()).toBe(1));
    await crash();
    await alarmAt(talk.stub(), Date.now() + HOUR);
    await settles(async () => expect(await nameOf(talk)).toBe("Ada Park"));
  });
});
