import type { router } from "./router";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The methods that something answers at this path, HEAD among them where there is GET. Middleware stands for all methods and answers none. */
export function methodsOf({ router: routes }: ReturnType<typeof router>, path: string): string[] {
  const found: string[] = METHODS.filter((method) => routes.match(method, path)[0].some(([[, route]]) => route.method !== "ALL"));
  return found.includes("GET") ? [...found, "HEAD"] : found;
}
