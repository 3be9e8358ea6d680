import { afterAll, vi } from "vitest";

// All files share one isolate: a clock that one of them has set would stand still for the next.
afterAll(() => void vi.useRealTimers());
