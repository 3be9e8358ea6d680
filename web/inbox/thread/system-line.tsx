import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import type { ChannelKind } from "../../../worker/contract/channel";
import { shownAddress } from "../../../worker/contract/shown-address";
import { exactTime } from "../../lib/format";
import { hasWords, t, type MessageKey } from "../../lib/i18n";
import { labels, members, teams } from "../../lib/me";
import { Time } from "../../ui/time";
import styles from "./entry.module.css";

/** What happened, in one small line: who assigned, closed, snoozed. */
export function SystemLine(props: { entry: Entry }) {
  return (
    <div class={styles["system"]}>
      <span dir="auto">{sentenceOf(props.entry)}</span>
      <span class={styles["sep"]} />
      <Time at={props.entry.at} format="clock" />
      <Show when={props.entry.deleted}><i>{t("inbox.entry.deleted")}</i></Show>
    </div>
  );
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const named = (all: readonly { id: string; name: string }[], id: unknown): string => all.find((one) => one.id === id)?.name ?? "";

type Say = (actor: string, data: Record<string, unknown>) => string;

/** A channel by name, for sentences that have one and sentences that have none. */
const onChannel = (channel: unknown, plain: MessageKey, named: MessageKey, name: string): string =>
  (typeof channel === "string" && hasWords(`channel.${channel}`) ? t(named, { name, channel: t(`channel.${channel as ChannelKind}`) }) : t(plain, { name }));

/** How each event reads here. What is not listed, or mentions somebody unknown, keeps the words it came with. */
const SENTENCES: Record<string, Say> = {
  assigned: (actor, { assigneeId }) => (assigneeId === null ? t("inbox.event.unassigned", { actor }) : named(members(), assigneeId) && t("inbox.event.assigned", { actor, assignee: named(members(), assigneeId) })),
  team: (actor, { teamId }) => (teamId === null ? t("inbox.event.noTeam", { actor }) : named(teams(), teamId) && t("inbox.event.team", { actor, team: named(teams(), teamId) })),
  labelled: (actor, { labelId }) => named(labels(), labelId) && t("inbox.event.labelled", { actor, label: named(labels(), labelId) }),
  unlabelled: (actor, { labelId }) => named(labels(), labelId) && t("inbox.event.unlabelled", { actor, label: named(labels(), labelId) }),
  closed: (actor, { reason }) => (text(reason) ? t("inbox.event.closedReason", { actor, reason: text(reason) }) : t("inbox.event.closed", { actor })),
  reopened: (actor) => t("inbox.event.opened", { actor }),
  snoozed: (actor, { until }) => (text(until) ? t("inbox.event.snoozed", { actor, time: exactTime(text(until)) }) : t("inbox.event.snoozedReply", { actor })),
  woke: () => t("inbox.event.woke"),
  // That somebody could not be reached, or can again, is no decision of theirs: it keeps its own words.
  consent: (name, { channel, state, how }) =>
    how === "delivery" ? onChannel(channel, state === "active" ? "thread.event.reached" : "thread.event.unreached", state === "active" ? "thread.event.reachedOn" : "thread.event.unreachedOn", name)
      : state === "active" ? onChannel(channel, "thread.event.optedIn", "thread.event.optedInTo", name)
      : state === "no-marketing" ? onChannel(channel, "thread.event.noMarketing", "thread.event.noMarketingOn", name)
        : onChannel(channel, "thread.event.optedOut", "thread.event.optedOutOf", name),
  unsupported: (_actor, { label }) => text(label) && t("thread.event.unsupported", { label: text(label) }),
};

export function sentenceOf(entry: Entry): string {
  const say = entry.event && Object.hasOwn(SENTENCES, entry.event.type) ? SENTENCES[entry.event.type] : undefined;
  const actor = shownAddress(entry.author.name) || t("inbox.entry.system");
  return say?.(actor, entry.event!.data) || entry.text;
}
