import type { VisitorMessage, VisitorSession, WidgetConfig } from "../../worker/contract/widget";
import type { Answer, Api } from "./api";

const nowhere = <T>(): Promise<Answer<T>> => Promise.resolve({ ok: false, retry: false, status: 0, detail: "" });

/** The chat as the settings show it: it looks like the real one, starts when it is told how to look, and reaches nobody. */
export function createPreview(): { api: Api; show(config: WidgetConfig): void } {
  let begin!: (config: WidgetConfig) => void;
  const first = new Promise<WidgetConfig>((resolve) => { begin = resolve; });
  let seq = 0;
  return {
    show: (config) => begin(config),
    api: {
      start: async (): Promise<Answer<VisitorSession>> => {
        const config = await first;
        return { ok: true, value: { token: "", visitorId: "", config, conversationId: null, messages: [], cursor: 0, asked: config.preChat.length === 0 } };
      },
      send: (_token, { clientId, text }) => {
        const message: VisitorMessage = { clientId, id: clientId, rev: ++seq, seq, mine: true, author: "", text, state: "sent", attachments: [], at: new Date().toISOString(), deleted: false };
        return Promise.resolve({ ok: true, value: { message, conversationId: "" } });
      },
      older: nowhere, upload: nowhere, act: nowhere, transcript: nowhere,
      // Never opens: a preview has nobody to talk to.
      open: () => Object.assign(new EventTarget(), { readyState: WebSocket.CONNECTING, send: () => {}, close: () => {} }) as unknown as WebSocket,
    },
  };
}
