import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Building the screens for the first time is the slow part. */
const READY_MS = 120_000;
const STOP_MS = 10_000;

export interface RunningApp {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Milliseconds from the start of the process to its line `ready`. */
  readyMs: number;
  /** Everything it printed so far. */
  output(): string;
  /** Ends it as Ctrl-C does. Answers its exit code; the state stays if it was the caller's. */
  stop(): Promise<number | null>;
  /** Ends it and the runtime it started as a power cut does: nothing gets to say goodbye. Only where `canBeKilled`. */
  kill(): Promise<void>;
}

export interface AppOptions {
  stateDir?: string;
  demo?: boolean;
  /** Where one before it answered, so that open pages find it again. */
  port?: number;
  /** Gives it a process group of its own, which `kill` ends whole. */
  canBeKilled?: boolean;
}

/** Starts what `npm start` starts, on a free port, with a state of its own unless the caller names one. */
export async function startApp({ stateDir, demo = true, port: wanted, canBeKilled = false }: AppOptions = {}): Promise<RunningApp> {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const ownState = stateDir ?? mkdtempSync(join(tmpdir(), "switchboard-"));
  const port = wanted ?? await freePort();
  const started = performance.now();
  const child = spawn(`${root}node_modules/.bin/node`, ["--disable-warning=ExperimentalWarning", `${root}scripts/start.ts`, ...(demo ? [] : ["--no-demo"])], {
    cwd: root, detached: canBeKilled, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PORT: String(port), HOST: "127.0.0.1", STATE_DIR: ownState },
  });
  let printed = "";
  const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
  let limit: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    limit = setTimeout(() => reject(new Error(`not ready after ${READY_MS} ms:\n${printed}`)), READY_MS);
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (/^ready http/m.test(printed)) resolve();
      });
    void exited.then((code) => reject(new Error(`ended with ${code} before it was ready:\n${printed}`)));
  }).catch((error: unknown) => { child.kill("SIGKILL"); throw error; }).finally(() => clearTimeout(limit));
  return {
    url: `http://127.0.0.1:${port}`, readyMs: performance.now() - started, output: () => printed,
    async stop() {
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      const code = await exited;
      clearTimeout(patience);
      if (!stateDir) rmSync(ownState, { recursive: true, force: true });
      return code;
    },
    async kill() {
      if (!canBeKilled || child.pid === undefined) throw new Error("this app has no process group of its own");
      process.kill(-child.pid, "SIGKILL");
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
