import { cleanup, render, screen, within } from "@solidjs/testing-library";
import { afterEach, expect, it } from "vitest";
import type { VisitorPresence } from "../../worker/contract/frame";
import { Visit } from "../../web/inbox/contact/visit";

afterEach(cleanup);

const AT = "2026-11-22T10:00:00.000Z";
const visitor = (change: Partial<NonNullable<VisitorPresence["visit"]>> = {}, online = true): VisitorPresence => ({
  online, typing: false, page: null,
  visit: { locale: "de-AT", timeZone: "Europe/Vienna", referrer: "https://www.search.example.com/?q=bike", lastAt: AT, pages: [{ url: "https://shop.example.com/", title: "Shop", at: AT }, { url: "https://shop.example.com/cart", title: "", at: AT }], ...change },
});
const fact = (name: string) => screen.getByText(name).nextElementSibling!.textContent;

it("an agent sees where the visitor is, came from, and which pages they saw, the newest first", () => {
  render(() => <Visit visitor={visitor()} />);
  expect(fact("On the site")).toBe("Here now");
  expect(fact("Came from")).toBe("search.example.com/?q=bike");
  expect(fact("Language")).toContain("German");
  expect(fact("Time zone")).toMatch(/^Europe\/Vienna, \d/);
  const pages = within(screen.getByRole("list", { name: /Pages of this visit/ })).getAllByRole("link");
  expect(pages.map((page) => [page.textContent, page.getAttribute("href")])).toEqual([["shop.example.com/cart", "https://shop.example.com/cart"], ["Shop", "https://shop.example.com/"]]);
});

it("who has left is said to have left", () => {
  render(() => <Visit visitor={visitor({}, false)} />);
  expect(fact("On the site")).toMatch(/^Left, last seen/);
});

it("nothing that a browser may claim breaks or runs", () => {
  render(() => <Visit visitor={visitor({ locale: "<b>", timeZone: "Mars/Olympus", referrer: "javascript:alert(1)", pages: [{ url: "javascript:alert(1)", title: "<img src=x onerror=alert(1)>", at: AT }] })} />);
  expect(screen.queryByText("Time zone")).toBeNull();
  expect(screen.queryAllByRole("link")).toEqual([]);
  expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeTruthy();
});

it("without a visit there is nothing to see", () => {
  const { container } = render(() => <Visit visitor={{ online: true, typing: false, page: null }} />);
  expect(container.textContent).toBe("");
});
