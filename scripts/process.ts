import { spawn } from "node:child_process";
import { root } from "./build.ts";

export interface Finished { /** Exit code; null when it was killed, by us or by accident. */ code: number | null; output: string; seconds: number }

/** Wrangler and Vitest neither ask, phone home nor draw; nothing they print needs colours taken out. */
const ENVIRONMENT = { CI: "true", NO_COLOR: "1", FORCE_COLOR: "0", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", WRANGLER_LOG: "log" };

/** Nearly twice what the longest takes, the walk through all screens: what takes longer hangs, and the rest must still be told. */
const LIMIT_SECONDS = 780;

const running = new Set<number>();

/** What tools inherit. Building the screens sets NODE_ENV to "production" in this process, which would make tests run against production builds. */
function inherited(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, ...env } = process.env;
  return { ...env, PATH: `${root}node_modules/.bin:${env["PATH"] ?? ""}`, ...ENVIRONMENT };
}

/**
 * Runs one of the project's own tools to its end and keeps what it printed. The process leads a group of its own, and the
 * whole group goes when the tool ends, so that no workerd or browser stays behind.
 */
export async function run(command: readonly [tool: string, ...args: string[]], { limitSeconds = LIMIT_SECONDS, env = {} as Record<string, string>, show = false } = {}): Promise<Finished> {
  const started = performance.now();
  const [tool, ...args] = command;
  const child = spawn(tool === "node" ? process.execPath : `${root}node_modules/.bin/${tool}`, args, {
    cwd: root, detached: true, stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    env: { ...inherited(), ...env },
  });
  const group = child.pid;
  if (group !== undefined) running.add(group);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => { output += chunk.toString(); });
  const limit = setTimeout(() => {
    output += `\nstopped after ${limitSeconds} s\n`;
    if (group !== undefined) killGroup(group);
  }, limitSeconds * 1000);
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => { output += String(error); resolve(null); });
    // Not "close": something left behind may hold the pipes open.
    child.on("exit", (status) => { setTimeout(() => resolve(status), 20); });
  });
  clearTimeout(limit);
  if (group !== undefined) killGroup(group);
  return { code, output, seconds: (performance.now() - started) / 1000 };
}

function killGroup(group: number): void {
  running.delete(group);
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Nothing of it is left, as it should be.
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    for (const group of running) killGroup(group);
    process.exit(1);
  });
