import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { describe, expect, it, vi } from "vitest";
import type { Reaction } from "../../worker/contract/content";
import type { Entry } from "../../worker/contract/entry";
import { bringIntoView } from "../../web/inbox/thread/go-to";
import { groupReactions, withReaction } from "../../web/inbox/thread/reactions";
import { answering } from "../../web/lib/answering";
import { entry } from "./inbox-fixtures";
import { atWork, own, reaction, show, type Answer, type Stage } from "./thread-stage";

const world = atWork();

describe("reactions", () => {
  const message = (reactions: Reaction[], change: Partial<Entry> = {}) => entry(1, 1, { channel: "whatsapp", connectionId: "ch_wa", reactions, ...change });

  it("stand together by emoji, the most frequent first, and know ours", () => {
    expect(groupReactions([reaction("😮"), reaction("👍"), own("👍")]).map(({ emoji, from, ours }) => [emoji, from.length, ours?.id ?? null])).toEqual([["👍", 2, "u1"], ["😮", 1, null]]);
  });

  it("are one of the whole team, because the customer sees one business", () => {
    const member = { id: "u2", name: "Lee Park" };
    expect(withReaction([reaction("👍"), own("😮")], member, "👍").map(({ emoji, state }) => [emoji, state])).toEqual([["👍", null], ["👍", "sending"]]);
    expect(withReaction([reaction("👍"), own("😮")], member, null)).toEqual([reaction("👍")]);
  });

  it("fifty different ones stay one line and a number", () => {
    show(message(Array.from({ length: 50 }, (_, index) => reaction(String.fromCodePoint(0x1f600 + index), { id: `ct_${index}`, name: `Person ${index}` }))));
    expect(within(screen.getByRole("list", { name: "Reactions" })).getAllByRole("listitem")).toHaveLength(9);
    expect(screen.getByRole("button", { name: "42 more reactions" })).toBeTruthy();
  });

  it("show at once, and are what the server answers", async () => {
    let settle: (answer: Answer) => void = () => undefined;
    world.answer = () => new Promise((resolve) => { settle = resolve; });
    show(message([reaction("👍")]));
    fireEvent.click(screen.getByRole("button", { name: /React with 👍 too/ }));
    const chip = await screen.findByRole("button", { name: "👍 is being sent" });
    expect(chip.textContent).toBe("👍2");
    await waitFor(() => expect(world.asked).toEqual([{ method: "PUT", path: "/api/v1/conversations/c1/entries/e1/reaction", body: { emoji: "👍" } }]));
    settle({ status: 200, body: message([reaction("👍"), own("👍")], { rev: 2 }) });
    await screen.findByRole("button", { name: /^Take 👍 away/ });
  });

  it("go back with an explanation when they are refused", async () => {
    world.answer = () => ({ status: 422, body: { type: "refused", title: "Refused", status: 422, detail: "The message is too old." } });
    show(message([reaction("👍")]));
    fireEvent.click(screen.getByRole("button", { name: /React with 👍 too/ }));
    await screen.findByText("The reaction was not sent. The message is too old.");
    expect(screen.getByRole("button", { name: /React with 👍 too/ }).textContent).toBe("👍");
  });

  it("that did not arrive say so, and are sent again by pressing", async () => {
    world.answer = () => ({ status: 200, body: message([own("🙏", "sent")], { rev: 2 }) });
    show(message([own("🙏", "failed")]));
    fireEvent.click(screen.getByRole("button", { name: "🙏 did not arrive. Send it again" }));
    await waitFor(() => expect(world.asked.map(({ body }) => body)).toEqual([{ emoji: "🙏" }]));
    await screen.findByRole("button", { name: /^Take 🙏 away/ });
  });

  it("from the provider's own app are the team's", () => {
    show(message([own("👍"), reaction("😮", { by: "member", id: "", name: "", state: "sent" })]));
    expect(screen.getByRole("button", { name: "Take 😮 away, from Your team" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Take 👍 away, from You" })).toBeTruthy();
  });

  it("cannot be pressed where the channel has none", () => {
    show(entry(1, 1, { reactions: [reaction("👍")] }));
    const message = within(screen.getByRole("article"));
    expect(message.getByRole("img", { name: "👍 from Robin Example" })).toBeTruthy();
    expect(message.queryByRole("button")).toBeNull();
  });
});

describe("being at a message", () => {
  const at = (change: Partial<Entry> = {}, stage: Stage = {}) => {
    show(entry(1, 1, { channel: "whatsapp", connectionId: "ch_wa", ...change }), stage);
    return screen.getByRole("article");
  };
  const over = (element: HTMLElement) => element.dispatchEvent(new PointerEvent("pointerenter", { pointerType: "mouse" }));
  const actions = () => screen.queryByRole("group", { name: "Actions for this message" });

  it("the pointer finds reply and reaction, and leaves nothing behind", () => {
    const article = at();
    expect(actions()).toBeNull();
    over(article);
    expect(within(actions()!).getAllByRole("button").map((button) => button.getAttribute("aria-label"))).toEqual(["React", "Reply to this message"]);
    article.dispatchEvent(new PointerEvent("pointerleave", { pointerType: "mouse" }));
    expect(actions()).toBeNull();
  });

  it.each<[string, Partial<Entry>, Stage]>([
    ["on a channel without", { connectionId: "ch_1", channel: "sms" }, {}],
    ["on a connection that is off", { connectionId: "ch_off" }, {}],
    ["on a message that is gone", { deleted: true, deletedBy: "contact" }, {}],
    ["on one of ours that never arrived", { direction: "out", state: "failed" }, {}],
    ["in an earlier conversation", {}, { earlier: true }],
  ])("there are none %s", (_where, change, stage) => {
    over(at(change, stage));
    expect(actions()).toBeNull();
  });

  it("the keyboard answers with R", () => {
    const article = at({ text: "Is nine good?" });
    fireEvent.keyDown(article, { key: "r" });
    expect(answering("c1").entry()?.text).toBe("Is nine good?");
  });

  it("the keyboard reacts with +, and arrow keys walk through the emoji", async () => {
    world.answer = () => ({ status: 200, body: entry(1, 2, { channel: "whatsapp", connectionId: "ch_wa", reactions: [own("❤️")] }) });
    const article = at();
    fireEvent.keyDown(article, { key: "+" });
    const grid = within(await screen.findByRole("dialog")).getByRole("group", { name: "React with" });
    const [first, second] = within(grid).getAllByRole("button");
    fireEvent.keyDown(first!, { key: "ArrowRight" });
    expect(document.activeElement).toBe(second);
    fireEvent.click(second!);
    await waitFor(() => expect(world.asked.map(({ body }) => body)).toEqual([{ emoji: "❤️" }]));
  });

  it("a screen reader without a keyboard finds them", () => {
    const article = at();
    const reach = within(article).getByRole("button", { name: "Actions for this message" });
    expect(reach.tabIndex).toBe(-1);
    fireEvent.click(reach);
    expect(actions()).toBeTruthy();
  });

  it("a finger that rests finds them too", async () => {
    vi.useFakeTimers();
    const article = at();
    article.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true, clientX: 10, clientY: 10 }));
    article.dispatchEvent(new PointerEvent("pointermove", { pointerType: "touch", bubbles: true, clientX: 60, clientY: 10 }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(actions()).toBeNull();
    article.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true, clientX: 10, clientY: 10 }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(actions()).toBeTruthy();
    document.body.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true }));
    expect(actions()).toBeNull();
    vi.useRealTimers();
  });
});

describe("going to another message", () => {
  const timeline = () => {
    const scroller = document.createElement("div");
    const chunk = document.createElement("div");
    chunk.dataset["chunk"] = "c1#0";
    scroller.append(chunk);
    const row = document.createElement("div");
    row.dataset["entry"] = "e1";
    return { scroller, chunk, row };
  };

  it("draws its part of the timeline first, if that is far away", async () => {
    const { scroller, chunk, row } = timeline();
    chunk.scrollIntoView = () => { requestAnimationFrame(() => chunk.append(row)); };
    expect(await bringIntoView(scroller, "e1", "c1#0")).toBe(row);
    expect(row.hasAttribute("data-found")).toBe(true);
  });

  it("tells when it is not there", async () => {
    const { scroller } = timeline();
    expect(await bringIntoView(scroller, "e1", "c1#0")).toBeNull();
    expect(await bringIntoView(scroller, "e1", null)).toBeNull();
  });
});
