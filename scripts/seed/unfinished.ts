import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";

const mark = (stateDir: string) => `${stateDir}/unfinished`;

/**
 * Before anything is written into a demo's state. What was stopped while it was being filled begins anew: half a demo can be
 * told from nothing, but not from one that somebody has worked in.
 */
export function beginState(stateDir: string): void {
  if (existsSync(mark(stateDir))) rmSync(stateDir, { recursive: true, force: true });
  if (existsSync(stateDir)) return;
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(mark(stateDir), "The demo in this folder is not complete yet. The next start makes it anew.\n");
}

/** The demo is whole: from now on everything in it is kept. */
export function completeState(stateDir: string): void {
  rmSync(mark(stateDir), { force: true });
}
