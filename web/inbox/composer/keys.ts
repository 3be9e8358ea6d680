/** Which key sends. Kept per browser: it is a habit of the hands, not of the account. */
export type SendKey = "mod-enter" | "enter";
const KEY = "composer:send-key";

export const readSendKey = (): SendKey => (localStorage.getItem(KEY) === "enter" ? "enter" : "mod-enter");
export const writeSendKey = (key: SendKey) => localStorage.setItem(KEY, key);

/** True when this key press sends. Never while an input method is composing: its Enter picks a word. */
export function isSend(event: KeyboardEvent, sendKey: SendKey): boolean {
  if (event.key !== "Enter" || event.isComposing || event.altKey) return false;
  if (event.metaKey || event.ctrlKey) return true;
  return sendKey === "enter" && !event.shiftKey;
}

const RICH_KEY = "composer:formatting";
export const readRich = () => localStorage.getItem(RICH_KEY) === "on";
export const writeRich = (on: boolean) => localStorage.setItem(RICH_KEY, on ? "on" : "off");
