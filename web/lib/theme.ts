import { createSignal } from "solid-js";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** `public/theme.js` reads the same key before the first paint. */
const KEY = "theme";
const isTheme = (value: string | null): value is Theme => THEMES.some((theme) => theme === value);

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return isTheme(value) ? value : "system";
}

const [theme, keep] = createSignal<Theme>(stored());
export { theme };

export function setTheme(next: Theme): void {
  keep(next);
  localStorage.setItem(KEY, next);
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
}
