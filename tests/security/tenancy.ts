import { expect, vi } from "vitest";
import type { TestAccount } from "../support/account";

/** What an account has that another must neither read nor touch. Every new kind of thing with an id joins here. */
export async function belongings(account: TestAccount) {
  const ask = async <T>(path: string, init: { json?: object; body?: string } = {}): Promise<T> => {
    const response = await account.fetch(path, { ...init, ...(init.body !== undefined && { method: "POST" }) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json<T>();
  };
  const make = <T = { id: string }>(path: string, json: object): Promise<T> => ask<T>(path, { json });
  const name = account.account.id;
  const domain = `${name.replace("_", "-")}.example`;
  const session = await account.session("owner");
  const team = await make("/api/v1/teams", { name: `Team of ${name}`, memberIds: [account.agent.id] });
  const label = await make("/api/v1/labels", { name: `Label of ${name}` });
  const invitation = await make("/api/v1/invitations", { email: `invited@${domain}`, role: "agent" });
  const sessions = await (await account.fetch("/api/v1/sessions", {}, session)).json<{ items: { id: string }[] }>();
  const keys = await ask<{ items: { id: string }[] }>("/api/v1/api-keys");
  const connection = await make("/api/v1/connections", {
    provider: "resend", name: "Mailbox", address: `help@${domain}`, settings: { apiKey: `re_${name}`, webhookSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", domain },
  });
  const address = `customer@${domain}`;
  const contact = await make("/api/v1/contacts", { name: `Customer of ${name}`, identities: [{ kind: "email", address }] });
  const twin = await make("/api/v1/contacts", { name: `Twin of ${name}` });
  const { mergeId } = await make<{ mergeId: string }>(`/api/v1/contacts/${contact.id}/merge`, { otherId: twin.id });
  const note = await make(`/api/v1/contacts/${contact.id}/notes`, { text: "Likes tea" });
  const conversation = await make("/api/v1/conversations", { contactId: contact.id });
  const word = `word${name.slice(2)}`;
  const comment = await make(`/api/v1/conversations/${conversation.id}/comments`, { clientId: crypto.randomUUID(), text: `A comment with ${word}` });
  const attachment = await ask<{ id: string }>("/api/v1/attachments", { body: "bytes" });
  const fileLink = await make(`/api/v1/conversations/${conversation.id}/file-links`, { attachmentId: attachment.id });
  // Lists are projections: until they have caught up, looking twice could show two things.
  await vi.waitFor(async () => expect(await ask<{ items: unknown[] }>(`/api/v1/search?q=${word}`)).toMatchObject({ items: [{ entryId: comment.id }] }), { timeout: 10_000, interval: 100 });
  return {
    account: name, member: account.agent.id, owner: account.owner.id, team: team.id, label: label.id, invitation: invitation.id, session: sessions.items[0]!.id, apiKey: keys.items[0]!.id,
    connection: connection.id, contact: contact.id, merge: mergeId, note: note.id, conversation: conversation.id, comment: comment.id, attachment: attachment.id, fileLink: fileLink.id, address, word,
  };
}
export type Belongings = Awaited<ReturnType<typeof belongings>>;

/** `refused` where the path names something of ours and only the body something of theirs. */
export interface Call { path: string; json?: unknown; body?: string; headers?: Record<string, string>; refused?: 400 | 422 }

/**
 * How to try an operation with somebody else's ids. Several calls where ids stand in more than one place: all must be refused.
 * - `foreign`: names things of `theirs` (and of `mine` where one of two ids must be ours); every call is answered 404, or as it says.
 * - `own`: names nothing that has one owner only, so it may be answered, but without anything of theirs.
 * - `open`: works before anybody is signed in, so there is no account to leave; its own tests bind it to a secret.
 */
export type Attempt = { foreign: (theirs: Belongings, mine: Belongings) => Call[] } | { own: (theirs: Belongings, mine: Belongings) => Call[] } | "open";

const own = (...calls: Call[]): Attempt => ({ own: () => calls });
const filtered = (filter: object): Call => ({ path: `/api/v1/conversations?filter=${encodeURIComponent(JSON.stringify(filter))}` });
export const draft = (more: object) => ({ clientId: crypto.randomUUID(), channel: "email", text: "Hello", subject: "Hello", ...more });
/** Their thing, and their nested thing under a parent of ours. */
const nested = (theirParent: string, myParent: string, rest: string, json?: unknown): Call[] => [theirParent, myParent].map((parent) => ({ path: `${parent}/${rest}`, json }));

/** One line per operation of the API: the document names them, and one that is missing here fails the test. */
export const attempts: Record<string, Attempt> = {
  readAuthState: "open",
  setUp: "open",
  signIn: "open",
  signOut: "open",
  requestPasswordReset: "open",
  resetPassword: "open",
  readInvitation: "open",
  acceptInvitation: "open",

  readMe: own({ path: "/api/v1/me" }),
  changeMe: own({ path: "/api/v1/me", json: { name: "Renamed" } }),
  listSessions: own({ path: "/api/v1/sessions" }),
  endSession: { foreign: (theirs) => [{ path: `/api/v1/sessions/${theirs.session}` }] },
  endOtherSessions: own({ path: "/api/v1/sessions" }),
  readAccount: own({ path: "/api/v1/account" }),
  changeAccount: own({ path: "/api/v1/account", json: { name: "Renamed" } }),

  listMembers: own({ path: "/api/v1/members" }),
  readMember: { foreign: (theirs) => [{ path: `/api/v1/members/${theirs.member}` }] },
  changeMember: { foreign: (theirs) => [{ path: `/api/v1/members/${theirs.member}`, json: { disabled: true } }, { path: `/api/v1/members/${theirs.owner}`, json: { role: "agent" } }] },
  createResetLink: { foreign: (theirs) => [{ path: `/api/v1/members/${theirs.member}/reset-link` }] },

  listInvitations: own({ path: "/api/v1/invitations" }),
  createInvitation: own({ path: "/api/v1/invitations", json: { email: "elsewhere@example.test", role: "agent" } }),
  withdrawInvitation: { foreign: (theirs) => [{ path: `/api/v1/invitations/${theirs.invitation}` }] },

  listTeams: own({ path: "/api/v1/teams" }),
  createTeam: { foreign: (theirs) => [{ path: "/api/v1/teams", json: { name: "Mixed", memberIds: [theirs.member] } }] },
  changeTeam: { foreign: (theirs, mine) => [
    { path: `/api/v1/teams/${theirs.team}`, json: { name: "Taken" } },
    { path: `/api/v1/teams/${theirs.team}`, json: { memberIds: [mine.member] } },
    { path: `/api/v1/teams/${mine.team}`, json: { memberIds: [theirs.member] } },
  ] },
  deleteTeam: { foreign: (theirs) => [{ path: `/api/v1/teams/${theirs.team}` }] },

  listLabels: own({ path: "/api/v1/labels" }),
  importBusinessMessages: own({ path: "/api/v1/imports/business-messages", json: { conversations: [{ id: "old", messages: [{ id: "m", at: "2023-05-01T10:00:00Z", from: "customer", text: "Hello" }] }] } }),
  createLabel: own({ path: "/api/v1/labels", json: { name: "Mine" } }),
  changeLabel: { foreign: (theirs) => [{ path: `/api/v1/labels/${theirs.label}`, json: { name: "Taken" } }] },

  listApiKeys: own({ path: "/api/v1/api-keys" }),
  createApiKey: own({ path: "/api/v1/api-keys", json: { name: "Mine", scopes: ["read"] } }),
  revokeApiKey: { foreign: (theirs) => [{ path: `/api/v1/api-keys/${theirs.apiKey}` }] },

  listConversations: { own: (theirs) => [{ path: "/api/v1/conversations" }, ...[
    { contactId: theirs.contact }, { teamId: theirs.team }, { labelId: theirs.label }, { assigneeId: theirs.member }, { connectionId: theirs.connection }, { q: theirs.word },
  ].map(filtered)] },
  countConversations: own({ path: "/api/v1/conversations/counts" }),
  search: { own: (theirs) => [{ path: `/api/v1/search?q=${theirs.word}` }, { path: "/api/v1/search?q=comment" }] },
  startConversation: { foreign: (theirs) => [{ path: "/api/v1/conversations", json: { contactId: theirs.contact } }] },
  getConversation: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}` }] },
  changeConversation: { foreign: (theirs, mine) => [
    { path: `/api/v1/conversations/${theirs.conversation}`, json: { status: "closed" } },
    { path: `/api/v1/conversations/${theirs.conversation}`, json: { starred: true, readCount: 1 } },
    ...[{ assigneeId: theirs.member }, { teamId: theirs.team }, { addFollowers: [theirs.member] }, { addLabels: [theirs.label] }]
      .map((json) => ({ path: `/api/v1/conversations/${mine.conversation}`, json, refused: 400 as const })),
  ] },
  checkCompose: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}/check` }] },
  listDrafts: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}/draft` }] },
  saveDraft: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}/draft`, json: { mode: "reply", channel: null, text: "Mine", updatedAt: "2026-11-22T09:30:00.000Z" } }] },

  listGroupMembers: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}/people` }] },
  listEntries: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}/entries` }] },
  getEntryHtml: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}/html`) },
  getEntrySource: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}/source`) },
  getEntryOriginal: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}/original`) },
  showPicturesOfSender: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}/pictures`) },
  listPictureSenders: own({ path: "/api/v1/picture-senders" }),
  forgetPictureSender: { foreign: (theirs) => [{ path: `/api/v1/picture-senders/${theirs.address}` }] },
  sendMessage: { foreign: (theirs, mine) => [
    { path: `/api/v1/conversations/${theirs.conversation}/messages`, json: draft({}) },
    { path: `/api/v1/conversations/${mine.conversation}/messages`, json: draft({ connectionId: theirs.connection }), refused: 422 },
    { path: `/api/v1/conversations/${mine.conversation}/messages`, json: draft({ attachments: [theirs.attachment] }), refused: 400 },
  ] },
  addComment: { foreign: (theirs, mine) => [
    { path: `/api/v1/conversations/${theirs.conversation}/comments`, json: { clientId: crypto.randomUUID(), text: "Mine" } },
    { path: `/api/v1/conversations/${mine.conversation}/comments`, json: { clientId: crypto.randomUUID(), text: "Mine", attachments: [theirs.attachment] }, refused: 400 },
  ] },
  ...Object.fromEntries([["cancelMessage", "cancel"], ["sendMessageNow", "send-now"], ["retryMessage", "retry"], ["resolveMessage", "resolve", { outcome: "sent" }]].map(([operation, verb, json]) => [operation, {
    foreign: (theirs: Belongings, mine: Belongings) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `messages/${theirs.comment}/${verb}`, json),
  }])),
  reviseMessage: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `messages/${theirs.comment}`, { text: "Mine" }) },
  editMessage: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}`, { text: "Mine" }) },
  unsendMessage: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}`) },
  setReaction: { foreign: (theirs, mine) =>
    nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}/reaction`, { emoji: "👍" }) },
  retryAttachment: { foreign: (theirs, mine) =>
    nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `entries/${theirs.comment}/attachments/${theirs.attachment}/retry`) },
  uploadAttachment: own({ path: "/api/v1/attachments", body: "bytes", headers: { "content-type": "application/octet-stream" } }),

  createFileLink: { foreign: (theirs, mine) => [
    { path: `/api/v1/conversations/${theirs.conversation}/file-links`, json: { attachmentId: mine.attachment } },
    { path: `/api/v1/conversations/${mine.conversation}/file-links`, json: { attachmentId: theirs.attachment }, refused: 400 },
  ] },
  listFileLinks: { foreign: (theirs) => [{ path: `/api/v1/conversations/${theirs.conversation}/file-links` }] },
  takeBackFileLink: { foreign: (theirs, mine) => nested(`/api/v1/conversations/${theirs.conversation}`, `/api/v1/conversations/${mine.conversation}`, `file-links/${theirs.fileLink}`) },

  listContacts: { own: (theirs) => [{ path: "/api/v1/contacts" }, { path: `/api/v1/contacts?q=${encodeURIComponent(theirs.address)}` }, { path: `/api/v1/contacts?cursor=${theirs.contact}` }] },
  // The same person may be everybody's customer.
  createContact: { own: (theirs) => [{ path: "/api/v1/contacts", json: { name: "Shared", identities: [{ kind: "email", address: theirs.address }] } }] },
  getContact: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}` }] },
  changeContact: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}`, json: { name: "Taken", addTags: ["mine"] } }] },
  deleteContact: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}` }] },
  listDuplicates: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}/duplicates` }] },
  listMerges: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}/merges` }] },
  mergeContacts: { foreign: (theirs, mine) => [
    { path: `/api/v1/contacts/${theirs.contact}/merge`, json: { otherId: mine.contact } }, { path: `/api/v1/contacts/${mine.contact}/merge`, json: { otherId: theirs.contact } },
    { path: `/api/v1/contacts/${mine.contact}/merge`, json: { otherId: theirs.contact, dryRun: true } },
  ] },
  ...Object.fromEntries(["keepContactsApart", "suggestContactsAgain"].map((operation) => [operation, { foreign: (theirs, mine) => [
    { path: `/api/v1/contacts/${theirs.contact}/apart/${mine.contact}` }, { path: `/api/v1/contacts/${mine.contact}/apart/${theirs.contact}` },
  ] } satisfies Attempt])),
  undoMerge: { foreign: (theirs) => [{ path: `/api/v1/contacts/merges/${theirs.merge}/undo` }] },
  listContactFiles: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}/files` }] },
  listConsent: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}/consent` }] },
  listNotes: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}/notes` }] },
  addNote: { foreign: (theirs) => [{ path: `/api/v1/contacts/${theirs.contact}/notes`, json: { text: "Mine" } }] },
  changeNote: { foreign: (theirs, mine) => nested(`/api/v1/contacts/${theirs.contact}`, `/api/v1/contacts/${mine.contact}`, `notes/${theirs.note}`, { text: "Mine" }) },
  deleteNote: { foreign: (theirs, mine) => nested(`/api/v1/contacts/${theirs.contact}`, `/api/v1/contacts/${mine.contact}`, `notes/${theirs.note}`) },

  listProviders: own({ path: "/api/v1/providers" }),
  listConnections: own({ path: "/api/v1/connections" }),
  createConnection: own({ path: "/api/v1/connections", json: { provider: "chat", name: "Widget", address: "https://shop.example", settings: { origins: ["https://shop.example"] } } }),
  getConnection: { foreign: (theirs) => [{ path: `/api/v1/connections/${theirs.connection}` }] },
  changeConnection: { foreign: (theirs) => [{ path: `/api/v1/connections/${theirs.connection}`, json: { status: "disabled" } }] },
  deleteConnection: { foreign: (theirs) => [{ path: `/api/v1/connections/${theirs.connection}` }] },
  verifyConnection: { foreign: (theirs) => [{ path: `/api/v1/connections/${theirs.connection}/verify` }] },
  testConnection: { foreign: (theirs) => [{ path: `/api/v1/connections/${theirs.connection}/test`, json: { to: "customer@example.test" } }] },
  listWebhooks: { foreign: (theirs) => [{ path: `/api/v1/connections/${theirs.connection}/webhooks` }] },
  getWebhook: { foreign: (theirs, mine) => nested(`/api/v1/connections/${theirs.connection}`, `/api/v1/connections/${mine.connection}`, "webhooks/w_theirs") },
  replayWebhook: { foreign: (theirs, mine) => nested(`/api/v1/connections/${theirs.connection}`, `/api/v1/connections/${mine.connection}`, "webhooks/w_theirs/replay") },

  listTemplates: { own: (theirs) => [{ path: "/api/v1/templates" }, { path: `/api/v1/templates?connectionId=${theirs.connection}` }] },
  createTemplate: { foreign: (theirs) => [{ path: "/api/v1/templates", json: { connectionId: theirs.connection, name: "mine", language: "en_US", category: "utility", parts: { header: null, body: "Hello", footer: null, buttons: [] } } }] },
  syncTemplates: { foreign: (theirs) => [{ path: "/api/v1/templates/sync", json: { connectionId: theirs.connection } }] },
};
