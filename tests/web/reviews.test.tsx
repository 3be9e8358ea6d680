import { fireEvent, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import { belongs } from "../../web/lib/listing";
import { entry, row } from "./inbox-fixtures";
import { atWork, show } from "./thread-stage";

const world = atWork();
const review = (change: object = {}, more: Partial<Entry> = {}) => entry(1, 1, { channel: "google", connectionId: "ch_rev", text: "Too slow", content: { kind: "review", stars: 2, place: "Northside Cycles", url: null, original: null, ...change }, ...more });
const reply = (change: Partial<Entry> = {}) => entry(2, 2, { channel: "google", connectionId: "ch_rev", direction: "out", state: "delivered", text: "We are sorry", author: { type: "member", id: "u1", name: "Ana Ruiz" }, ...change });

describe("a review", () => {
  it("shows its stars, the place and its words", () => {
    show(review());
    expect(screen.getByRole("img", { name: "2 of 5 stars" })).toBeTruthy();
    expect(screen.getByText("Northside Cycles")).toBeTruthy();
    expect(screen.getByText("Too slow")).toBeTruthy();
  });
  it("without stars or words still says what it is", () => {
    show(review({ stars: 0 }, { text: "" }));
    expect(screen.getByText("Review without stars")).toBeTruthy();
  });
  it("that was translated shows what was written", () => {
    show(review({ original: "Muy lento" }));
    expect(screen.getByText("Original: Muy lento")).toBeTruthy();
  });
  it("opens at Google, and nowhere else", () => {
    show(review({ url: "javascript:alert(1)" }));
    expect(screen.queryByRole("link")).toBeNull();
  });
});

describe("our reply", () => {
  const hover = () => screen.getByRole("article").dispatchEvent(new PointerEvent("pointerenter", { pointerType: "mouse" }));

  it("says that everybody can read it", () => {
    show(reply());
    expect(screen.getByText("Public reply: everybody can read it")).toBeTruthy();
  });

  it("is changed where it stands", async () => {
    world.answer = () => ({ status: 200, body: reply({ text: "We are very sorry", rev: 3 }) });
    show(reply());
    hover();
    fireEvent.click(await screen.findByRole("button", { name: "Edit" }));
    fireEvent.input(await screen.findByRole("textbox"), { target: { value: "We are very sorry" } });
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("We are very sorry");
    expect(world.asked).toEqual([{ method: "PATCH", path: "/api/v1/conversations/c1/entries/e2", body: { text: "We are very sorry" } }]);
  });

  it("is deleted after a question, and a refusal says why", async () => {
    world.answer = () => ({ status: 422, body: { type: "refused", title: "Refused", status: 422, detail: "Google is not available." } });
    show(reply());
    hover();
    fireEvent.click(await screen.findByRole("button", { name: "Delete for everybody" }));
    await screen.findByText(/everybody who could read it/);
    fireEvent.click(screen.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.getByText("Google is not available.")).toBeTruthy());
    expect(world.asked.map(({ method }) => method)).toEqual(["DELETE"]);
    expect(screen.getByText("We are sorry")).toBeTruthy();
  });

  it("that Google took and rejected afterwards can be changed", async () => {
    const at = new Date().toISOString();
    show(reply({ state: "failed", attempts: [{ at, endedAt: at, outcome: "sent", failure: null }], failure: { class: "permanent", code: "reply-rejected", detail: "", sentence: "Rejected." } }));
    hover();
    expect(await screen.findByRole("button", { name: "Edit" })).toBeTruthy();
  });

  it("that has not arrived cannot be changed", () => {
    show(reply({ state: "sending" }));
    hover();
    expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
  });
});

it.each([[2, { stars: 2 }, true], [2, { stars: 5 }, false], [undefined, { stars: 2 }, false], [2, {}, true], [0, { stars: 0 }, true]])("a row of %j stars and the filter %j: %j", (stars, filter, expected) =>
  expect(belongs({ ...row("c1", 1), ...(stars !== undefined && { stars }) }, undefined, filter, "u1")).toBe(expected));
