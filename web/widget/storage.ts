/** What the browser keeps for one widget, under the frame's own origin: never a cookie, never the host page's storage. */
export interface Kept<T> { read(): T | null; write(value: T | null): void }

/** Some browsers deny a frame of another site all storage, private windows above all. */
export function mayStore(): boolean {
  try { return Boolean(localStorage); } catch { return false; }
}

/** Storage may be blocked (private windows, strict settings). The chat then works until the page closes. */
export function kept<T>(connectionId: string, name: string, where: () => Storage = () => localStorage): Kept<T> {
  const key = `switchboard:${connectionId}:${name}`;
  let memory: T | null = null;
  return {
    read: () => {
      try {
        const text = where().getItem(key);
        return text === null ? memory : JSON.parse(text) as T;
      } catch {
        return memory;
      }
    },
    write: (value) => {
      memory = value;
      try {
        if (value === null) where().removeItem(key);
        else where().setItem(key, JSON.stringify(value));
      } catch { /* `memory` has it */ }
    },
  };
}
