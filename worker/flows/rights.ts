import type { Account } from "../db/locate";

/** Makes every live list forget what it knew of a member's credentials and close the member's sockets: those that still may come back. Called after each change of rights. */
export async function rightsChanged(account: Account, { memberId }: { memberId: string }): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.forget({ memberId })));
}

/** Tells every open screen to fetch something anew. */
export async function announce(account: Account, what: "members" | "teams" | "labels" | "connections" | "settings"): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.changed(what)));
}
