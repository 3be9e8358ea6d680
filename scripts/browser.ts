import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Where Debian's package puts it; a machine with another browser names it. */
export const BROWSER = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Answers what stands in the way of a browser, or nothing. */
export function installBrowser(): string | undefined {
  if (existsSync(BROWSER)) return undefined;
  const canInstall = BROWSER === "/usr/bin/chromium" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!canInstall) return `There is no Chromium at ${BROWSER}: install the package "chromium", or name another with CHROMIUM=/path/to/chromium.`;
  console.log("installing Chromium …");
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const { status, stderr } = spawnSync("apt-get", ["-qq", ...args], { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    if (status !== 0) return `apt-get ${args[0]} failed: ${stderr.trim()}`;
  }
  return undefined;
}
