import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { exactTime } from "../../lib/format";
import { t } from "../../lib/i18n";
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
const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
const memberName = (id: string): string => members().find((member) => member.id === id)?.name ?? id;
const teamName = (id: string): string => teams().find((team) => team.id === id)?.name ?? id;
const labelName = (id: string): string => labels().find((label) => label.id === id)?.name ?? id;

type Say = (actor: string, data: Record<string, unknown>) => string;

/** How each event reads. Events of a newer server fall back to the words they bring. */
const SENTENCES: Record<string, Say> = {
  assigned: (actor, data) => (text(data["assigneeId"]) ? t("inbox.event.assigned", { actor, assignee: memberName(text(data["assigneeId"])) }) : t("inbox.event.unassigned", { actor })),
  team: (actor, data) => (text(data["teamId"]) ? t("inbox.event.team", { actor, team: teamName(text(data["teamId"])) }) : t("inbox.event.noTeam", { actor })),
  closed: (actor, data) => (text(data["reason"]) ? t("inbox.event.closedReason", { actor, reason: text(data["reason"]) }) : t("inbox.event.closed", { actor })),
  reopened: (actor) => t("inbox.event.opened", { actor }),
  opened: (actor) => t("inbox.event.opened", { actor }),
  snoozed: (actor, data) => (text(data["until"]) ? t("inbox.event.snoozed", { actor, time: exactTime(text(data["until"])) }) : t("inbox.event.snoozedReply", { actor })),
  woke: () => t("inbox.event.woke"),
  labels: (actor, data) => t("inbox.event.labels", { actor, labels: [...list(data["added"]).map((id) => `+ ${labelName(id)}`), ...list(data["removed"]).map((id) => `− ${labelName(id)}`)].join(", ") }),
  followers: (actor) => t("inbox.event.followed", { actor }),
  consent: (actor) => t("inbox.event.consent", { actor }),
};

export function sentenceOf(entry: Entry): string {
  const say = entry.event ? SENTENCES[entry.event.type] : undefined;
  const actor = entry.author.type === "bot" ? t("inbox.entry.bot") : entry.author.name || t("inbox.entry.system");
  if (entry.text) return entry.text;
  return say ? say(actor, entry.event!.data) : entry.event?.type ?? "";
}
