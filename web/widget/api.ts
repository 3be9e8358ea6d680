import type { Attachment } from "../../worker/contract/entry";
import type { Problem } from "../../worker/contract/problem";
import type { TranscriptDraft, VisitorAct, VisitorDraft, VisitorMessage, VisitorSession, VisitorStart } from "../../worker/contract/widget";

/** `retry`: the network or the server is to blame and the same request may be repeated. */
export type Answer<T> = { ok: true; value: T } | { ok: false; retry: boolean; status: number; detail: string; reason?: string };

type Draft = Pick<VisitorDraft, "clientId" | "text" | "attachments" | "preChat" | "tapped" | "locale">;

/** The calls of one widget. The token only ever travels in a header. */
export interface Api {
  start(start: VisitorStart): Promise<Answer<VisitorSession>>;
  send(token: string, draft: Draft): Promise<Answer<{ message: VisitorMessage; conversationId: string }>>;
  older(token: string, before: number): Promise<Answer<{ messages: VisitorMessage[] }>>;
  act(token: string, act: VisitorAct): Promise<Answer<null>>;
  transcript(token: string, draft: TranscriptDraft): Promise<Answer<null>>;
  upload(token: string, file: File, progress: (share: number) => void, signal: AbortSignal): Promise<Answer<Attachment>>;
  open(token: string, cursor: number): WebSocket;
}

const TOO_MANY = 429;
const NO_CONTENT = 204;
const refused = (status: number, problem: Partial<Problem> | null): Answer<never> =>
  ({ ok: false, retry: status === 0 || status === TOO_MANY || status >= 500, status, detail: problem?.detail ?? "", reason: problem?.reason });

async function call<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { credentials: "omit", ...init, referrerPolicy: "no-referrer" });
    const body = response.status === NO_CONTENT ? null : await response.json() as unknown;
    return response.ok ? { ok: true, value: body as T } : refused(response.status, body as Partial<Problem>);
  } catch {
    return refused(0, null);
  }
}

const post = (body: unknown, token?: string): RequestInit => ({ method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) } });

export const createApi = (connectionId: string): Api => ({
  start: (start) => call(`/widget/session?connection=${encodeURIComponent(connectionId)}`, { ...post(start), ...(start.cookie && { credentials: "same-origin" }) }),
  send: (token, draft) => call("/widget/messages", post(draft, token)),
  older: (token, before) => call(`/widget/messages?before=${before}`, { headers: { authorization: `Bearer ${token}` } }),
  act: (token, act) => call("/widget/acts", post(act, token)),
  transcript: (token, draft) => call("/widget/transcript", post(draft, token)),
  upload: (token, file, progress, signal) => new Promise((resolve) => {
    // fetch cannot tell how far an upload is.
    const request = new XMLHttpRequest();
    request.open("POST", "/widget/attachments");
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => resolve(request.status < 300 ? { ok: true, value: request.response as Attachment } : refused(request.status, request.response as Partial<Problem> | null)));
    for (const event of ["error", "abort"]) request.addEventListener(event, () => resolve(refused(0, null)));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  }),
  open: (token, cursor) => new WebSocket(`${location.origin.replace(/^http/, "ws")}/live/visitor?cursor=${cursor}`, ["switchboard.v1", token]),
});
