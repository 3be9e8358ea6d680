import { Check } from "lucide-solid";
import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import type { ConversationRow } from "../../../worker/contract/conversation";
import { t } from "../../lib/i18n";
import { labels, me, members, teams } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { Popover } from "../../ui/popover";
import { assign, assignTeam, change } from "../actions";
import styles from "./header.module.css";

interface Choice { key: string; group: string; text: string; mark: JSX.Element; isOn: boolean; choose: () => void }
interface PickerProps { row: ConversationRow; open: boolean; onOpenChange: (open: boolean) => void; children: JSX.Element }

/** Who answers this: a colleague, a team, or nobody yet. */
export function AssignPicker(props: PickerProps) {
  const choices = createMemo<Choice[]>(() => {
    const self = me()?.member.id;
    const people = members().filter((member) => !member.disabled).sort((a, b) => Number(b.id === self) - Number(a.id === self) || a.name.localeCompare(b.name));
    return [
      ...people.map((member) => ({
        key: member.id, group: t("inbox.header.members"), text: member.id === self ? t("inbox.header.assignMe") : member.name,
        mark: <Avatar name={member.name} kind="member" size={18} />, isOn: props.row.assigneeId === member.id, choose: () => void assign(props.row.id, member.id),
      })),
      { key: "nobody", group: t("inbox.header.members"), text: t("inbox.header.noOne"), mark: <span class={styles["none"]} />, isOn: props.row.assigneeId === null, choose: () => void assign(props.row.id, null) },
      ...teams().map((team) => ({ key: team.id, group: t("inbox.header.teams"), text: team.name, mark: <Avatar name={team.name} kind="contact" size={18} />, isOn: props.row.teamId === team.id, choose: () => void assignTeam(props.row.id, team.id) })),
      ...(teams().length > 0 ? [{ key: "no-team", group: t("inbox.header.teams"), text: t("inbox.header.noTeam"), mark: <span class={styles["none"]} />, isOn: props.row.teamId === null, choose: () => void assignTeam(props.row.id, null) }] : []),
    ];
  });
  return <Picker {...props} label={t("inbox.header.assign")} kbd="A" choices={choices()} closes />;
}

/** Labels are several, so the list stays open. */
export function LabelPicker(props: PickerProps) {
  const choices = createMemo<Choice[]>(() => labels().filter((label) => !label.archived || props.row.labelIds.includes(label.id)).map((label) => {
    const isOn = props.row.labelIds.includes(label.id);
    return {
      key: label.id, group: "", text: label.name, mark: <i class={styles["dot"]} style={{ background: `var(--label-${label.colour})` }} />, isOn,
      choose: () => void change(props.row.id, isOn ? { removeLabels: [label.id] } : { addLabels: [label.id] }),
    };
  }));
  return <Picker {...props} label={t("inbox.header.labels")} kbd="L" choices={choices()} empty={t("inbox.header.noLabels")} />;
}

function Picker(props: PickerProps & { label: string; kbd: string; choices: readonly Choice[]; empty?: string; closes?: boolean }) {
  const [filter, setFilter] = createSignal("");
  const [at, setAt] = createSignal(0);
  const shown = createMemo(() => props.choices.filter(({ text }) => text.toLocaleLowerCase().includes(filter().trim().toLocaleLowerCase())));

  function choose(choice: Choice | undefined): void {
    if (!choice) return;
    choice.choose();
    if (props.closes) props.onOpenChange(false);
  }

  function press(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(shown().length - 1, at() + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(shown()[at()]);
    }
  }

  return (
    <Popover
      open={props.open} onOpenChange={(open) => { setFilter(""); setAt(0); props.onOpenChange(open); }} title={props.label} align="start"
      trigger={<button type="button" class={styles["prop"]} title={`${props.label} (${props.kbd})`}>{props.children}</button>}
    >
      <div class={styles["picker"]} onKeyDown={press}>
        <Show when={props.choices.length > 0} fallback={<p class={styles["hint"]}>{props.empty}</p>}>
          <input
            class={styles["filter"]} value={filter()} placeholder={t("inbox.header.filter")} aria-label={t("inbox.header.filter")} role="combobox" aria-expanded="true" aria-controls="picker-list"
            aria-activedescendant={shown()[at()] ? `pick-${shown()[at()]!.key}` : undefined} ref={(element) => queueMicrotask(() => element.focus())}
            onInput={(event) => { setFilter(event.currentTarget.value); setAt(0); }}
          />
          <ul id="picker-list" role="listbox" aria-label={props.label} class={styles["choices"]}>
            <For each={shown()}>{(choice, index) => (
              <>
                <Show when={choice.group && choice.group !== shown()[index() - 1]?.group}><li role="presentation" class={styles["choice-group"]}>{choice.group}</li></Show>
                <li id={`pick-${choice.key}`} role="option" aria-selected={choice.isOn} class={styles["choice"]} classList={{ [styles["at"]!]: at() === index() }} onClick={() => choose(choice)} onPointerMove={() => setAt(index())}>
                  {choice.mark}<span class={styles["choice-text"]}>{choice.text}</span><Show when={choice.isOn}><Check size={14} aria-hidden="true" /></Show>
                </li>
              </>
            )}</For>
          </ul>
        </Show>
      </div>
    </Popover>
  );
}
