import type { FeedFrame } from "../contract/frame";
import type { Account } from "../db/locate";

/** Makes every live list forget what it knew of a member's credentials and close the member's sockets: those that still may come back. Called after each change of rights. */
export async function rightsChanged(account: Account, { memberId }: { memberId: string }): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.forget({ memberId })));
}

/** Tells every open screen to fetch something anew; of contacts, those with these ids. */
export async function announce(account: Account, what: Extract<FeedFrame, { type: "changed" }>["what"], ids?: string[]): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.changed(what, ids)));
}
