import { useNavigate } from "@solidjs/router";
import { createEffect, createSignal, on } from "solid-js";
import type { ComposeChannel, ComposeCheck } from "../../../worker/contract/compose";
import type { Contact } from "../../../worker/contract/contact";
import type { Draft, Entry } from "../../../worker/contract/entry";
import type { FileLink, FileLinkList } from "../../../worker/contract/file";
import { api, ApiProblem } from "../../lib/api";
import { conversation } from "../../lib/conversation";
import { shownAddress } from "../../../worker/contract/shown-address";
import { connections, me } from "../../lib/me";
import { comment, send, withdraw, type SendOutcome } from "../../lib/outbox";
import { useInboxRoute } from "../route";
import { createRecheck } from "./recheck";
import type { ComposerSession, Place } from "./session";

const DEFAULT_UNDO_MS = 5_000;
const SETTINGS: Record<Exclude<Place, "contact">, string> = { settings: "/settings/channels", templates: "/settings/templates" };

/** The last answer about each conversation, by member, so that coming back shows channels at once. */
const checked = new Map<string, ComposeCheck>();

/** The composer's session over the inbox's stores. Lives as long as the calling component. */
export function liveSession(conversationId: string): ComposerSession {
  const path = `/api/v1/conversations/${encodeURIComponent(conversationId)}`;
  const open = conversation(conversationId);
  const memberId = me()?.member.id ?? "";
  const key = `${memberId}:${conversationId}`;
  const entries = () => open.state.order.flatMap((id) => open.state.entries[id] ?? []);
  // Both modes are in one answer.
  let drafts: Promise<{ items: Draft[] }> | undefined;
  const [check, setCheck] = createSignal<ComposeCheck | undefined>(checked.get(key));

  async function ask() {
    try {
      const answer = await api.get<ComposeCheck>(`${path}/check`);
      checked.set(key, answer);
      setCheck(answer);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // Offline: what is known here is enough to write; the engine asks again when it goes out.
      setCheck((known) => known ?? guess(entries()));
    }
  }
  void ask();
  const recheck = createRecheck(check, () => void ask());
  // Something arrived or left, which may open a window, use it up, move the default or be an opt-out; a review was deleted or is back; or a connection changed.
  createEffect(on([() => open.state.conversation?.inboundCount, () => open.state.conversation?.connectionId, () => open.state.order.length, () => open.state.conversation?.stars, connections], recheck.soon, { defer: true }));

  const route = useInboxRoute();
  const navigate = useNavigate();

  async function contact(): Promise<Contact | null> {
    const contactId = open.state.conversation?.contactId;
    if (!contactId) return null;
    try {
      return await api.get<Contact>(`/api/v1/contacts/${encodeURIComponent(contactId)}`);
    } catch (error) {
      if (error instanceof ApiProblem) return null;
      throw error;
    }
  }

  return {
    conversationId,
    memberId,
    contactName: () => shownAddress(open.state.conversation?.contactName ?? ""),
    contact,
    entries,
    writing: () => open.state.members.filter(({ memberId: other, state, mode }) => state === "typing" && mode === "reply" && other !== memberId),
    check,
    ownAddresses: () => connections().filter(({ capabilities }) => capabilities.copies).map(({ address }) => address),
    undoMs: () => me()?.account.settings.undoMs ?? DEFAULT_UNDO_MS,
    signature: () => me()?.signature ?? "",
    send: (draft, look) => send(conversationId, draft, look),
    comment: (draft) => comment(conversationId, draft),
    takeBack: (outcome) => takeBack(path, outcome),
    go: (place) => (place === "contact" ? route.showContact(true) : navigate(SETTINGS[place])),
    typing: open.typing,
    loadDraft: async (mode) => (await (drafts ??= api.get<{ items: Draft[] }>(`${path}/draft`))).items.find((draft) => draft.mode === mode) ?? null,
    saveDraft: (draft) => api.put(`${path}/draft`, draft),
    upload: (file, progress, signal, purpose) => api.upload(file, { progress, signal, ...(purpose && { purpose }) }),
    fileLinks: async () => (await api.get<FileLinkList>(`${path}/file-links`)).items,
    linkFile: (attachmentId, days) => api.post<FileLink>(`${path}/file-links`, { attachmentId, days }),
    takeBackLink: (id) => api.delete(`${path}/file-links/${encodeURIComponent(id)}`),
  };
}

async function takeBack(path: string, outcome: SendOutcome): Promise<boolean> {
  if (outcome.status === "refused") return false;
  if (outcome.status === "queued") return withdraw(outcome.clientId);
  try {
    await api.post<Entry>(`${path}/messages/${encodeURIComponent(outcome.entry.id)}/cancel`, {});
    return true;
  } catch (error) {
    if (error instanceof ApiProblem) return false;
    throw error;
  }
}

/** What this device knows: the channels this thread has used, each to the address it used last. */
function guess(entries: readonly Entry[]): ComposeCheck {
  const channels = new Map<string, ComposeChannel>();
  for (const entry of entries.toReversed()) {
    const connection = connections().find(({ id }) => id === entry.connectionId);
    if (!entry.channel || !connection || channels.has(entry.channel)) continue;
    channels.set(entry.channel, {
      channel: entry.channel, connectionId: connection.id, from: connection.address, because: "", to: entry.to ? [entry.to] : [],
      outcome: "allowed", reason: null, sentence: "", capabilities: connection.capabilities,
    });
  }
  return { channels: [...channels.values()], channel: entries.findLast(({ direction }) => direction === "in")?.channel ?? null };
}
