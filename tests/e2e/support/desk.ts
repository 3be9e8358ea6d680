import type { Locator, Page } from "playwright-core";

/** The parts of the inbox as a person names them. */
export const list = (page: Page): Locator => page.getByRole("list", { name: "Conversations" });
export const row = (page: Page, text: string): Locator => list(page).getByRole("listitem").filter({ hasText: text });
export const thread = (page: Page): Locator => page.getByRole("region", { name: "Messages" });
/** One line of the thread: a message, a comment, an event. */
export const line = (page: Page, text: string): Locator => thread(page).locator("[data-entry]").filter({ hasText: text });
export const composer = (page: Page): Locator => page.getByRole("region", { name: "Reply" });
export const box = (page: Page): Locator => page.getByRole("textbox", { name: "Message", exact: true });
export const channel = (page: Page, name: string): Locator => page.getByRole("radio", { name });

/** Until the composer may be written in and knows by which channel it would send. */
export async function ready(page: Page): Promise<void> {
  await box(page).waitFor();
  await composer(page).getByRole("radio", { checked: true }).waitFor();
}

export async function open(page: Page, conversationId: string): Promise<void> {
  await page.goto(`/?c=${conversationId}`);
  await ready(page);
}

/** Writes with the keyboard alone, as the shortcut sheet says: R, words, Ctrl Enter. */
export async function reply(page: Page, text: string): Promise<void> {
  if (!await box(page).evaluate((element) => element === document.activeElement)) await page.keyboard.press("r");
  await page.keyboard.type(text);
  await page.keyboard.press("Control+Enter");
}

export async function comment(page: Page, text: string): Promise<void> {
  await page.keyboard.press("c");
  await page.getByRole("textbox", { name: "Internal comment" }).fill(text);
  await page.keyboard.press("Control+Enter");
  // Back to the reply, with the focus in it.
  await page.keyboard.press("Escape");
  await box(page).waitFor();
}
