import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";

/** A deploy or a dead machine: every object's memory and sockets are gone, what was committed stays. */
export const crash = (): Promise<void> => abortAllDurableObjects();

/** The object falls asleep and is built anew by the next call. */
export const sleep = (stub: DurableObjectStub): Promise<void> => evictDurableObject(stub);

/** The platform forgets the alarm, and the object with it. */
export async function loseAlarm(stub: () => DurableObjectStub): Promise<void> {
  await runInDurableObject(stub(), (_, state) => state.storage.deleteAlarm());
  await crash();
}

/** Runs the alarm as if it were `at`; only the date is pretended, timers go on. */
export async function alarmAt(stub: DurableObjectStub, at: number): Promise<boolean> {
  vi.useFakeTimers({ now: at, toFake: ["Date"] });
  try {
    return await runDurableObjectAlarm(stub);
  } finally {
    vi.useRealTimers();
  }
}

export const alarmOf = (stub: DurableObjectStub): Promise<number | null> => runInDurableObject(stub, (_, state) => state.storage.getAlarm());
