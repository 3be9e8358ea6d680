import { ArrowDown, ArrowUp, Link, Plus, X } from "lucide-solid";
import { createEffect, createUniqueId, Index, on, Show } from "solid-js";
import type { ButtonLimits } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { IconButton } from "../../../ui/icon-button";
import { moved, type Answer, type Trouble } from "./answers";
import { troubleSentence } from "./trouble-sentence";
import styles from "./answers.module.css";

const BLANK: Answer = { text: "", url: null };

interface TrayProps {
  answers: readonly Answer[];
  /** Null where the chosen channel has none: they can only be taken away. */
  limits: ButtonLimits | null;
  /** The words above them. */
  question: string;
  trouble: Trouble | null;
  /** Grows whenever somebody asks for one more. */
  asked: number;
  onChange: (answers: Answer[]) => void;
  /** The last one is gone: writing goes on in the text. */
  onLeave: () => void;
}

/** Answers to tap, written below the text, and how they will look. Enter adds one, Alt and an arrow moves one, Backspace in an empty one removes it. */
export function AnswersTray(props: TrayProps) {
  const id = createUniqueId();
  let list!: HTMLOListElement;
  const focus = (index: number) => list.querySelectorAll<HTMLInputElement>("input[data-answer]")[index]?.focus();

  createEffect(on(() => props.asked, (asked) => { if (asked > 0) focus(props.answers.length - 1); }));

  const put = (index: number, patch: Partial<Answer>) => props.onChange(props.answers.map((answer, at) => (at === index ? { ...answer, ...patch } : answer)));
  function add(after: number) {
    if (!props.limits || props.answers.length >= props.limits.max) return;
    props.onChange([...props.answers.slice(0, after + 1), BLANK, ...props.answers.slice(after + 1)]);
    focus(after + 1);
  }
  function remove(index: number) {
    props.onChange(props.answers.filter((_, at) => at !== index));
    if (props.answers.length === 0) props.onLeave();
    else focus(Math.max(0, index - 1));
  }
  function move(from: number, to: number) {
    if (to < 0 || to >= props.answers.length) return;
    props.onChange(moved(props.answers, from, to));
    focus(to);
  }
  function keyDown(event: KeyboardEvent & { currentTarget: HTMLInputElement }, index: number) {
    if (event.isComposing) return;
    // Sending is the text's business: a key that sends there must not send from here by accident.
    if (event.key === "Enter") add(index);
    else if (event.altKey && event.key === "ArrowUp") move(index, index - 1);
    else if (event.altKey && event.key === "ArrowDown") move(index, index + 1);
    else if (event.key === "Backspace" && event.currentTarget.value === "") remove(index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <fieldset class={styles["tray"]} aria-describedby={id}>
      <legend>{t("composer.answers")}</legend>
      <ol class={styles["rows"]} ref={(element) => { list = element; }}>
        <Index each={props.answers}>{(answer, index) => (
          <li class={styles["row"]}>
            <input
              data-answer dir="auto" value={answer().text} maxLength={props.limits?.characters} aria-label={t("composer.answers.one", { number: index + 1 })} placeholder={t("composer.answers.placeholder")}
              onInput={(event) => put(index, { text: event.currentTarget.value })} onKeyDown={(event) => keyDown(event, index)}
            />
            <Show when={answer().url !== null}>
              <input type="url" class={styles["url"]} value={answer().url ?? ""} aria-label={t("composer.answers.url", { number: index + 1 })} placeholder="https://" onInput={(event) => put(index, { url: event.currentTarget.value })} />
            </Show>
            <span class={styles["acts"]}>
              <Show when={props.limits?.links}><IconButton size="s" label={t("composer.answers.link", { number: index + 1 })} icon={Link} pressed={answer().url !== null} onClick={() => put(index, { url: answer().url === null ? "" : null })} /></Show>
              <IconButton size="s" label={t("composer.answers.up", { number: index + 1 })} icon={ArrowUp} disabled={index === 0} onClick={() => move(index, index - 1)} />
              <IconButton size="s" label={t("composer.answers.down", { number: index + 1 })} icon={ArrowDown} disabled={index === props.answers.length - 1} onClick={() => move(index, index + 1)} />
              <IconButton size="s" label={t("composer.answers.remove", { number: index + 1 })} icon={X} onClick={() => remove(index)} />
            </span>
          </li>
        )}</Index>
      </ol>
      <Show when={props.limits}>{(limits) => (
        <div class={styles["more"]}>
          <button type="button" disabled={props.answers.length >= limits().max} onClick={() => add(props.answers.length - 1)}><Plus size={14} aria-hidden="true" />{t("composer.answers.add")}</button>
          <small>{t("composer.answers.count", { used: props.answers.length, max: limits().max })}</small>
        </div>
      )}</Show>
      <p id={id} class={styles["told"]} data-bad={props.trouble !== null} role="status">{props.trouble ? troubleSentence(props.trouble) : t("composer.answers.hint")}</p>
      <Show when={props.question.trim() !== "" && props.answers.some(({ text }) => text.trim() !== "")}>
        <div class={styles["preview"]} role="group" tabindex={0} aria-label={t("composer.answers.preview")}>
          <small>{t("composer.answers.preview")}</small>
          <p dir="auto">{props.question}</p>
          <ul><Index each={props.answers.filter(({ text }) => text.trim() !== "")}>{(answer) => <li dir="auto">{answer().text}</li>}</Index></ul>
        </div>
      </Show>
    </fieldset>
  );
}
