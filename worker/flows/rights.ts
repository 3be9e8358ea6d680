import type { FeedFrame } from "../contract/frame";
import type { Account } from "../db/locate";

type Changing = Extract<FeedFrame, { type: "changed" }>["what"];

/** Makes every live list forget what it knew of a member's credentials and close the member's sockets: those that still may come back. Called after each change of rights. */
export async function rightsChanged(account: Account, { memberId }: { memberId: string }): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.forget({ memberId })));
}

/** Tells every open screen to fetch something anew; of contacts, those with these ids. */
export async function announce(account: Account, what: Exclude<Changing, "pictures">, ids?: string[]): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.changed(what, ids && { ids })));
}

/** Tells a member's own open screens, and nobody else's, that what they chose is different. */
export async function announceTo(account: Account, memberId: string, what: Extract<Changing, "pictures">): Promise<void> {
  await Promise.all(account.feeds().map((feed) => feed.changed(what, { memberId })));
}
