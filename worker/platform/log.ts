/** One JSON line per unit of work. Ids, times and codes only: never content, never secrets. */
export function log(event: string, fields: Record<string, string | number | boolean | null | undefined>): void {
  console.log(JSON.stringify({ event, ...fields }));
}
