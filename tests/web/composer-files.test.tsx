import { Route, MemoryRouter } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Attachment } from "../../worker/contract/entry";
import type { FileLink } from "../../worker/contract/file";
import { ComposerBox } from "../../web/inbox/composer/composer";
import { withLink, withoutLink } from "../../web/inbox/composer/file-links";
import type { ComposerSession } from "../../web/inbox/composer/session";
import { CAPABILITIES, channel, message, type, world } from "./composer-world";

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const LINK: FileLink = { id: "l1", conversationId: "v1", name: "ride.mp4", type: "video/mp4", size: 40_000_000, url: "https://inbox.example.com/media/s/l1.sig", expiresAt: "2027-01-05T10:00:00.000Z", createdBy: "m1" };
const FILE: Attachment = { id: "a1", name: "ride.mp4", type: "video/mp4", size: 40_000_000, url: "/media/u/a1/ride.mp4", state: "ready" };
const large = (name: string, mime: string, size: number) => Object.defineProperty(new File(["x"], name, { type: mime }), "size", { value: size });
const show = (session: ComposerSession) => render(() => <MemoryRouter><Route path="*" component={() => <ComposerBox session={session} />} /></MemoryRouter>);
const drop = (...files: File[]) => fireEvent.drop(screen.getByRole("region", { name: "Reply" }), { dataTransfer: { files, types: ["Files"] } });
const button = (name: string) => screen.getByRole("button", { name });

describe("a file that does not fit", () => {
  it("goes as a link with one click: it is uploaded for that, and the link stands below the words with its end", async () => {
    const upload = vi.fn(() => Promise.resolve(FILE));
    const linkFile = vi.fn(() => Promise.resolve(LINK));
    const session = world({ upload, linkFile });
    show(session);
    type(message(), "Here it is");
    drop(large("ride.mp4", "video/mp4", 40_000_000));
    expect(upload).not.toHaveBeenCalled();
    fireEvent.click(button("Link for 30 days"));
    await waitFor(() => expect(message().value).toBe(`Here it is\n\nride.mp4: ${LINK.url}`));
    expect(upload).toHaveBeenCalledWith(expect.any(File), expect.any(Function), expect.any(AbortSignal), "link");
    expect(linkFile).toHaveBeenCalledWith("a1", 30);
    expect(screen.getByText(/works until .*2027/)).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
    fireEvent.click(button("Send"));
    expect(session.sent).toEqual([expect.objectContaining({ text: `Here it is\n\nride.mp4: ${LINK.url}` })]);
    expect(session.sent[0]).not.toHaveProperty("attachments");
  });

  it("too large for a link as well offers none", () => {
    show(world());
    drop(large("film.mov", "video/quicktime", 200_000_000));
    expect(screen.getByRole("alert")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Link for/ })).toBeNull();
  });

  it("says when the link could not be made, and tries again", async () => {
    const linkFile = vi.fn(() => Promise.resolve(LINK)).mockRejectedValueOnce(new Error("offline"));
    show(world({ upload: () => Promise.resolve(FILE), linkFile }));
    drop(large("ride.mp4", "video/mp4", 40_000_000));
    fireEvent.click(button("Link for 7 days"));
    await screen.findByText("ride.mp4 did not arrive.");
    fireEvent.click(button("Upload ride.mp4 again"));
    await waitFor(() => expect(message().value).toContain(LINK.url));
  });

  it("is offered the same when it no longer fits because the channel was changed", async () => {
    const linkFile = vi.fn(() => Promise.resolve({ ...LINK, name: "plan.pdf" }));
    const session = world({ upload: () => Promise.resolve({ ...FILE, id: "a2", name: "plan.pdf", type: "application/pdf", size: 10 }), linkFile });
    session.setCheck({ channel: "email", channels: [channel({ channel: "email", connectionId: "c-mail", capabilities: { ...CAPABILITIES, media: { ...CAPABILITIES.media!, types: ["*"] } } }), channel({})] });
    show(session);
    drop(new File(["x"], "plan.pdf", { type: "application/pdf" }));
    await screen.findByRole("button", { name: "Remove plan.pdf" });
    expect(screen.queryByRole("button", { name: /Link for/ })).toBeNull();
    fireEvent.click(screen.getByRole("radio", { name: "SMS" }));
    fireEvent.click(button("Link for 7 days"));
    await waitFor(() => expect(message().value).toContain(LINK.url));
    expect(linkFile).toHaveBeenCalledWith("a2", 7);
    expect(screen.queryByRole("button", { name: "Remove plan.pdf" })).toBeNull();
  });
});

describe("a link in the words", () => {
  it("from before a reload is still told, and taken back with its line", async () => {
    const takeBackLink = vi.fn(() => Promise.resolve());
    show(world({ fileLinks: () => Promise.resolve([LINK]), takeBackLink }));
    type(message(), `Look:\n\nride.mp4: ${LINK.url}`);
    fireEvent.click(await screen.findByRole("button", { name: "Take back the link to ride.mp4" }));
    await waitFor(() => expect(message().value).toBe("Look:"));
    expect(takeBackLink).toHaveBeenCalledWith("l1");
  });

  it("stays when it could not be taken back", async () => {
    show(world({ fileLinks: () => Promise.resolve([LINK]), takeBackLink: () => Promise.reject(new Error("offline")) }));
    type(message(), LINK.url);
    fireEvent.click(await screen.findByRole("button", { name: "Take back the link to ride.mp4" }));
    await Promise.resolve();
    expect(message().value).toBe(LINK.url);
  });

  it("stands in formatted words as a link, whatever the file is called", () => {
    const words = withLink({ text: "Hello", html: "<p>Hello</p>" }, { ...LINK, name: "<b>x</b>.mp4" });
    expect(words.html).toBe(`<p>Hello</p><p>&lt;b&gt;x&lt;/b&gt;.mp4: <a href="${LINK.url}">${LINK.url}</a></p>`);
    expect(withoutLink(words, LINK)).toEqual({ text: "Hello", html: "<p>Hello</p>" });
  });
});
