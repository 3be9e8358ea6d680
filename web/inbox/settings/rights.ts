import { me } from "../../lib/me";

/** Owners and admins change the account; everybody else may look. The server decides; this only keeps dead buttons away. */
export const mayChange = (): boolean => { const role = me()?.member.role; return role === "owner" || role === "admin"; };
export const isOwner = (): boolean => me()?.member.role === "owner";
