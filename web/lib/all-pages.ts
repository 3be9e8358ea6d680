import { api } from "./api";

/** A list that is short enough to be shown whole: its only page, or all of them one after the other. */
export async function readAll<T>(path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null; ;) {
    const page: { items: T[]; nextCursor?: string | null } = await api.get(cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`);
    all.push(...page.items);
    cursor = page.nextCursor ?? null;
    if (cursor === null) return all;
  }
}
