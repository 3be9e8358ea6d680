import { MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { createSignal, type JSX } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ContactFile, FileLink } from "../../worker/contract/file";
import { Files } from "../../web/inbox/contact/files";
import { SharedLinks } from "../../web/inbox/contact/shared-links";

const file = (id: string, name: string, type: string): ContactFile =>
  ({ id, name, type, size: 12_000, url: `/media/c/c_1/e1/${id}/${name}`, conversationId: "c_1", entryId: `entry-${id}`, direction: "in", at: "2026-11-20T10:00:00.000Z" });
const LINK: FileLink = { id: "l1", conversationId: "c_1", name: "ride.mp4", type: "video/mp4", size: 40_000_000, url: "https://inbox.example.com/media/s/l1.sig", expiresAt: "2027-01-05T10:00:00.000Z", createdBy: "m1" };

let asked: string[] = [];
let answers: Record<string, () => Response> = {};
beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (input: string, init?: RequestInit) => {
    const key = `${init?.method ?? "GET"} ${input}`;
    asked.push(key);
    return Promise.resolve(answers[key]?.() ?? new Response("{}", { status: 500 }));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
const show = (view: () => JSX.Element) => render(() => <MemoryRouter><Route path="*" component={view} /></MemoryRouter>);

const FIRST = "GET /api/v1/contacts/p1/files?limit=24";

describe("the files of a contact", () => {
  it("are pictures to look at and files to download, each with its message, more on demand", async () => {
    answers = {
      [FIRST]: () => Response.json({ items: [file("a1", "bike.jpg", "image/jpeg"), file("a2", "offer.pdf", "application/pdf")], cursor: "5~a2" }),
      [`${FIRST}&cursor=5%7Ea2`]: () => Response.json({ items: [file("a3", "ride.mp4", "video/mp4")], cursor: null }),
    };
    show(() => <Files contactId="p1" />);
    expect((await screen.findByRole("link", { name: "Download offer.pdf" })).getAttribute("href")).toBe("/media/c/c_1/e1/a2/offer.pdf");
    expect(screen.getByRole("link", { name: "Show the message with offer.pdf" }).getAttribute("href")).toBe("/?c=c_1&entry=entry-a2");
    fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    await screen.findByRole("button", { name: "View ride.mp4" });
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "View bike.jpg" }));
    expect((await screen.findByRole("link", { name: "Show the message" })).getAttribute("href")).toBe("/?c=c_1&entry=entry-a1");
  });

  it("are gone through by arrow keys, wherever the keyboard is, videos among the pictures", async () => {
    answers = { [FIRST]: () => Response.json({ items: [file("a1", "bike.jpg", "image/jpeg"), file("a2", "ride.mp4", "video/mp4")], cursor: null }) };
    show(() => <Files contactId="p1" />);
    fireEvent.click(await screen.findByRole("button", { name: "View bike.jpg" }));
    await screen.findByRole("dialog", { name: "bike.jpg" });
    for (const [key, name] of [["ArrowRight", "ride.mp4"], ["ArrowRight", "ride.mp4"], ["ArrowLeft", "bike.jpg"], ["ArrowLeft", "bike.jpg"]] as const) {
      fireEvent.keyDown(document, { key });
      await screen.findByRole("dialog", { name });
    }
  });

  it("that cannot be shown are files to download", async () => {
    answers = { [FIRST]: () => Response.json({ items: [file("a1", "huge.png", "image/png"), file("a2", "odd.mov", "video/quicktime")], cursor: null }) };
    show(() => <Files contactId="p1" />);
    for (const name of ["huge.png", "odd.mov"]) {
      fireEvent.error((await screen.findByRole("button", { name: `View ${name}` })).querySelector("img, video")!);
      await screen.findByRole("link", { name: `Download ${name}` });
      expect(screen.queryByRole("button", { name: `View ${name}` })).toBeNull();
    }
  });

  it("are read anew when one came, and stay when that fails", async () => {
    answers = { [FIRST]: () => Response.json({ items: [file("a1", "bike.jpg", "image/jpeg")], cursor: null }) };
    const [fresh, setFresh] = createSignal(0);
    show(() => <Files contactId="p1" fresh={fresh()} />);
    await screen.findByRole("button", { name: "View bike.jpg" });
    answers = { [FIRST]: () => Response.json({ items: [file("a9", "new.jpg", "image/jpeg")], cursor: null }) };
    setFresh(1);
    await screen.findByRole("button", { name: "View new.jpg" });
    answers = {};
    setFresh(2);
    await waitFor(() => expect(asked.length).toBe(3));
    expect(screen.getByRole("button", { name: "View new.jpg" })).toBeTruthy();
  });
});

describe("links that a customer was given", () => {
  const LIST = "GET /api/v1/conversations/c_1/file-links";

  it("say until when they work and are taken back with one click", async () => {
    answers = { [LIST]: () => Response.json({ items: [LINK] }), "DELETE /api/v1/conversations/c_1/file-links/l1": () => new Response(null, { status: 204 }) };
    show(() => <SharedLinks conversationId="c_1" fresh={0} />);
    expect((await screen.findByRole("link", { name: /ride\.mp4/ })).textContent).toMatch(/until .*2027/);
    fireEvent.click(screen.getByRole("button", { name: "Take back the link to ride.mp4" }));
    await waitFor(() => expect(screen.queryByText("ride.mp4")).toBeNull());
  });

  it("stay listed when taking back fails", async () => {
    answers = { [LIST]: () => Response.json({ items: [LINK] }) };
    show(() => <SharedLinks conversationId="c_1" fresh={0} />);
    fireEvent.click(await screen.findByRole("button", { name: "Take back the link to ride.mp4" }));
    await waitFor(() => expect(asked.length).toBe(2));
    expect(screen.getByText("ride.mp4")).toBeTruthy();
  });
});
