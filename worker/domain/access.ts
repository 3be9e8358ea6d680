import type { Role, Scope } from "../contract/account";

/** A signed-in colleague, or an API key acting for one. Made by the session middleware only. */
export interface MemberActor {
  type: "member";
  id: string;
  accountId: string;
  name: string;
  role: Role;
  teamIds: string[];
  scopes: Scope[];
  /** "session" for people in a browser; "key" for programs. */
  via: "session" | "key";
}

/** What decides who may see a conversation. */
export interface Access { assigneeId: string | null; teamId: string | null; followerIds: readonly string[] }

/** Restricted members see only what is theirs, their team's, or what they follow. */
export function maySee(actor: Pick<MemberActor, "id" | "role" | "teamIds">, access: Access): boolean {
  if (actor.role !== "restricted") return true;
  return access.assigneeId === actor.id || access.followerIds.includes(actor.id) || (access.teamId !== null && actor.teamIds.includes(access.teamId));
}

/** Owners and admins: may change how the account works. */
export const isAdmin = (actor: Pick<MemberActor, "role">): boolean => actor.role === "owner" || actor.role === "admin";
