import type { Problem, ProblemCode } from "../../worker/contract/problem";
import { t } from "./i18n";

/** What a call can fail with besides the API's own codes. `offline`: no answer at all. `broken`: an answer we cannot read. */
export type FailureCode = ProblemCode | "offline" | "broken" | "cancelled";

/** A call that did not succeed. `status` is 0 when there was no answer; `detail` is a sentence for people. */
export class ApiProblem extends Error {
  constructor(readonly status: number, readonly code: FailureCode, readonly detail: string, readonly reason: string | null = null) {
    super(detail);
    this.name = "ApiProblem";
  }
}

let whenSignedOut: () => void = () => undefined;
/** Called once for every answer that says the session is over. Sign-in itself is no session. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener;
}

/** Reads the problem of a refused answer; whatever stands between us and the Worker may answer in its own way. */
export function problemOf(status: number, body: unknown): ApiProblem {
  if (!isProblem(body)) return new ApiProblem(status, "broken", t("api.broken", { status }));
  return new ApiProblem(status, body.type, body.detail ?? body.title, body.reason ?? null);
}

// By hand instead of by the schema: the sign-in page needs nothing else of the schema library.
const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "type" in body && typeof body.type === "string" && "title" in body && typeof body.title === "string";

function refused(status: number, body: unknown): ApiProblem {
  const problem = problemOf(status, body);
  if (problem.code === "unauthenticated") whenSignedOut();
  return problem;
}

/** Our place in the database: a replica that has not seen our last change must not answer us. */
let bookmark: string | null = null;

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = new Headers({ accept: "application/json" });
  if (body !== undefined) headers.set("content-type", "application/json");
  if (bookmark !== null) headers.set("x-bookmark", bookmark);
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), credentials: "same-origin" });
  } catch {
    throw new ApiProblem(0, "offline", t("api.offline"));
  }
  bookmark = response.headers.get("x-bookmark") ?? bookmark;
  const text = await response.text().catch(() => { throw new ApiProblem(0, "offline", t("api.offline")); });
  const answer = readJson(text);
  if (!response.ok) throw refused(response.status, answer);
  // The caller names the shape the contract promises for this path; an empty answer (204) is undefined.
  return answer as T;
}

function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface UploadOptions {
  /** From 0 to 1. */
  progress?: (done: number) => void;
  signal?: AbortSignal;
  /** What is sent as a link may be larger. */
  purpose?: "message" | "link";
}

/** XMLHttpRequest, because `fetch` cannot say how far an upload is. */
function upload<T>(file: File, options: UploadOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/attachments${options.purpose ? `?for=${options.purpose}` : ""}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    // Headers are Latin letters only, so the name is encoded.
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.upload.onprogress = ({ loaded, total }) => options.progress?.(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = readJson(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer as T);
      else reject(refused(request.status, answer));
    };
    request.onerror = () => reject(new ApiProblem(0, "offline", t("api.offline")));
    request.onabort = () => reject(new ApiProblem(0, "cancelled", t("api.cancelled")));
    options.signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (options.signal?.aborted) request.abort();
    else request.send(file);
  });
}

/** The JSON API with the session cookie. Every failure is thrown as an `ApiProblem`. */
export const api = {
  get: <T>(path: string) => call<T>("GET", path),
  post: <T>(path: string, body?: unknown) => call<T>("POST", path, body),
  put: <T>(path: string, body?: unknown) => call<T>("PUT", path, body),
  patch: <T>(path: string, body?: unknown) => call<T>("PATCH", path, body),
  delete: <T = void>(path: string) => call<T>("DELETE", path),
  upload,
};
