import type { Frame, Page } from "playwright-core";
import { eventually } from "./customers.ts";

/** The button's middle, from the page's end corner. */
const BUTTON_PX = 48;

export const shopWith = (connectionId: string): string => `/simulator/shop.html?connection=${connectionId}`;

/** Until the chat's button is on the shop's page. It lives in a closed shadow tree, which no test can look into. */
export const widgetThere = (page: Page): Promise<void> => page.locator("body > div").waitFor({ state: "attached" });

/** Presses the chat's button and answers its frame once it shows something. */
export async function openWidget(page: Page): Promise<Frame> {
  await widgetThere(page);
  const { width, height } = page.viewportSize()!;
  await page.mouse.click(width - BUTTON_PX, height - BUTTON_PX);
  const frame = await eventually(async () => page.frames().find((one) => one.url().includes("/widget/frame")), "the chat's frame");
  await frame.getByRole("dialog").waitFor();
  return frame;
}
