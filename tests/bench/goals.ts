/** Goals in bytes and rows. What is over its goal today stands in `TODAY` and may only fall: a change that adds to it fails the build. */
export const GOALS = {
  loaderBytes: 3_000, widgetBytes: 30_000, listBytes: 120_000, signInBytes: 45_000, workerBytes: 1_000_000,
  rowsInbound: 14, rowsOutbound: 26, dollarsPerMillion: 25,
  tripsInbound: 1, tripsInbox: 1, tripsConversation: 0, tripsSend: 0,
} as const;
export type Goal = keyof typeof GOALS;

/** What is over its goal today. */
export const TODAY: Partial<Record<Goal, number>> = {};

export const limitOf = (goal: Goal): number => Math.max(GOALS[goal], TODAY[goal] ?? 0);
