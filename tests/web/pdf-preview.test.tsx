import { cleanup, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PdfPreview } from "../../web/inbox/thread/pdf-preview";

const firstPage = vi.hoisted(() => vi.fn<(bytes: ArrayBuffer) => Promise<Blob>>());
vi.mock("../../web/inbox/thread/pdf-page", () => ({ firstPage }));

let appear: () => void = () => undefined;
const asked = vi.fn(() => Promise.resolve(new Response("%PDF-1.7")));
beforeEach(() => {
  asked.mockClear();
  firstPage.mockReset();
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("IntersectionObserver", class {
    constructor(act: (entries: { isIntersecting: boolean }[]) => void) { appear = () => act([{ isIntersecting: true }]); }
    observe() { /* the test says when */ }
    disconnect() { appear = () => undefined; }
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = (size = 1_000) => render(() => <PdfPreview file={{ name: "offer.pdf", url: "/media/offer.pdf", size }} />);

it("the first page is fetched and drawn once it is on the screen", async () => {
  firstPage.mockResolvedValue(new Blob(["png"], { type: "image/png" }));
  show();
  expect(asked).not.toHaveBeenCalled();
  appear();
  expect((await screen.findByRole("img", { name: "First page of offer.pdf" })).getAttribute("src")).toMatch(/^blob:/);
  appear();
  expect(asked).toHaveBeenCalledTimes(1);
});

it("a file that cannot be drawn shows nothing, and breaks nothing", async () => {
  firstPage.mockRejectedValue(new Error("a password is needed"));
  show();
  appear();
  await waitFor(() => expect(firstPage).toHaveBeenCalled());
  expect(screen.queryByRole("img")).toBeNull();
});

it("a large file is not fetched to be looked at in small", () => {
  show(20_000_000);
  appear();
  expect(asked).not.toHaveBeenCalled();
});
