/** The memory of one Worker's isolate, its objects included and its bucket not: what the platform counts against 128 MB. */
export interface Heap {
  /** Bytes in use: objects, buffers, and what nobody holds any more but nobody has cleared up yet. */
  used(): Promise<number>;
  close(): void;
}

interface Target { id: string; webSocketDebuggerUrl: string }
interface Usage { usedSize: number; embedderHeapUsedSize?: number; backingStorageSize?: number }

/** Asks the runtime itself, by its inspector. `worker` is the Worker's name. */
export async function openHeap(inspector: string, worker: string): Promise<Heap> {
  const targets = await (await fetch(new URL("/json", inspector.replace(/^ws/, "http")))).json() as Target[];
  const target = targets.find(({ id }) => id === `core:user:${worker}`);
  if (!target) throw new Error(`no inspector of ${worker} among ${targets.map(({ id }) => id).join(", ")}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error("the inspector did not answer")), { once: true });
  });
  const waiting = new Map<number, (result: unknown) => void>();
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  const ask = <T>(method: string): Promise<T> => new Promise((resolve) => {
    const id = ++last;
    waiting.set(id, (result) => { waiting.delete(id); resolve(result as T); });
    socket.send(JSON.stringify({ id, method }));
  });
  return {
    async used() {
      const { usedSize, backingStorageSize = 0, embedderHeapUsedSize = 0 } = await ask<Usage>("Runtime.getHeapUsage");
      return usedSize + backingStorageSize + embedderHeapUsedSize;
    },
    close: () => socket.close(),
  };
}
