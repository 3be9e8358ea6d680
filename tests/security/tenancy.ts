import type { Invitation, Label, Session, Team } from "../../worker/contract/account";
import type { TestAccount } from "../support/account";

/** What an account has that another must neither read nor touch. Every new kind of thing with an id joins here. */
export async function belongings(account: TestAccount) {
  const make = async <T>(path: string, json: object): Promise<T> => (await account.fetch(path, { json })).json<T>();
  const session = await account.session("owner");
  const [team, label, invitation] = [
    await make<Team>("/api/v1/teams", { name: `Team of ${account.account.id}`, memberIds: [account.agent.id] }),
    await make<Label>("/api/v1/labels", { name: `Label of ${account.account.id}` }),
    await make<Invitation>("/api/v1/invitations", { email: `invited-${account.account.id}@example.test`, role: "agent" }),
  ];
  const sessions = await (await account.fetch("/api/v1/sessions", {}, session)).json<{ items: Session[] }>();
  const keys = await (await account.fetch("/api/v1/api-keys")).json<{ items: { id: string }[] }>();
  return { account: account.account.id, member: account.agent.id, owner: account.owner.id, team: team.id, label: label.id, invitation: invitation.id, session: sessions.items[0]!.id, apiKey: keys.items[0]!.id };
}
export type Belongings = Awaited<ReturnType<typeof belongings>>;

export interface Call { path: string; json?: unknown; body?: string; headers?: Record<string, string> }

/**
 * How to try an operation with somebody else's ids. Several calls where ids stand in more than one place: all must be refused.
 * - `foreign`: names things of `theirs` (and of `mine` where one of two ids must be ours); every call is answered 404.
 * - `own`: names nothing, so it may be answered, but without anything of theirs.
 * - `open`: works before anybody is signed in, so there is no account to leave; its own tests bind it to a secret.
 */
export type Attempt = { foreign: (theirs: Belongings, mine: Belongings) => Call[] } | { own: Call } | "open";

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

  readMe: { own: { path: "/api/v1/me" } },
  changeMe: { own: { path: "/api/v1/me", json: { name: "Renamed" } } },
  listSessions: { own: { path: "/api/v1/sessions" } },
  endSession: { foreign: (theirs) => [{ path: `/api/v1/sessions/${theirs.session}` }] },
  endOtherSessions: { own: { path: "/api/v1/sessions" } },
  readAccount: { own: { path: "/api/v1/account" } },
  changeAccount: { own: { path: "/api/v1/account", json: { name: "Renamed" } } },

  listMembers: { own: { path: "/api/v1/members" } },
  readMember: { foreign: (theirs) => [{ path: `/api/v1/members/${theirs.member}` }] },
  changeMember: { foreign: (theirs) => [{ path: `/api/v1/members/${theirs.member}`, json: { disabled: true } }, { path: `/api/v1/members/${theirs.owner}`, json: { role: "agent" } }] },
  createResetLink: { foreign: (theirs) => [{ path: `/api/v1/members/${theirs.member}/reset-link` }] },

  listInvitations: { own: { path: "/api/v1/invitations" } },
  createInvitation: { own: { path: "/api/v1/invitations", json: { email: "elsewhere@example.test", role: "agent" } } },
  withdrawInvitation: { foreign: (theirs) => [{ path: `/api/v1/invitations/${theirs.invitation}` }] },

  listTeams: { own: { path: "/api/v1/teams" } },
  createTeam: { foreign: (theirs) => [{ path: "/api/v1/teams", json: { name: "Mixed", memberIds: [theirs.member] } }] },
  changeTeam: { foreign: (theirs, mine) => [
    { path: `/api/v1/teams/${theirs.team}`, json: { name: "Taken" } },
    { path: `/api/v1/teams/${theirs.team}`, json: { memberIds: [mine.member] } },
    { path: `/api/v1/teams/${mine.team}`, json: { memberIds: [theirs.member] } },
  ] },
  deleteTeam: { foreign: (theirs) => [{ path: `/api/v1/teams/${theirs.team}` }] },

  listLabels: { own: { path: "/api/v1/labels" } },
  createLabel: { own: { path: "/api/v1/labels", json: { name: "Mine" } } },
  changeLabel: { foreign: (theirs) => [{ path: `/api/v1/labels/${theirs.label}`, json: { name: "Taken" } }] },

  listApiKeys: { own: { path: "/api/v1/api-keys" } },
  createApiKey: { own: { path: "/api/v1/api-keys", json: { name: "Mine", scopes: ["read"] } } },
  revokeApiKey: { foreign: (theirs) => [{ path: `/api/v1/api-keys/${theirs.apiKey}` }] },
};
