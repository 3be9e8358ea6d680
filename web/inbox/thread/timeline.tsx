import { createMemo, createSignal, For, onCleanup, onMount, Show, type Accessor } from "solid-js";
import { unwrap } from "solid-js/store";
import type { Entry } from "../../../worker/contract/entry";
import type { Earlier } from "../../lib/conversation";
import { dayKey, dayLabel } from "../../lib/format";
import { t } from "../../lib/i18n";
import { EntryRow } from "./entry";
import { EntryProvider, useEntryContext } from "./entry-context";
import { chunksOf, place, type Chunk, isTakenBack } from "./layout";
import styles from "./thread.module.css";

/** Chunks this close to the screen are in the document; the rest are their measured height. */
const NEAR_PX = 1_500;

export interface Rows { order: readonly string[]; get: (id: string) => Entry | undefined }

/** The rows of one conversation, in chunks of which only those near the screen are drawn. */
export function Timeline(props: { conversationId: string; rows: Rows; scroller: HTMLElement; newId: string | null }) {
  const chunks = createMemo(() => {
    const list = chunksOf(props.conversationId, props.rows.order, (id) => seqOf(props.rows, id));
    return { keys: list.map(({ key }) => key), of: new Map(list.map((chunk) => [chunk.key, chunk])), list };
  });
  const beside = (key: string, step: 1 | -1): Entry | null => {
    const all = chunks().list;
    const other = all[all.findIndex((chunk) => chunk.key === key) + step];
    const id = step === 1 ? other?.ids[0] : other?.ids.at(-1);
    return id === undefined ? null : props.rows.get(id) ?? null;
  };
  return (
    <For each={chunks().keys}>{(key) => (
      <ChunkView chunk={() => chunks().of.get(key)} rows={props.rows} scroller={props.scroller} newId={props.newId} before={() => beside(key, -1)} after={() => beside(key, 1)} />
    )}</For>
  );
}

// Unsent rows have no place yet; they stand after the last one and must not make a chunk of their own.
function seqOf(rows: Rows, id: string): number {
  const entry = rows.get(id);
  if (entry && entry.rev > 0) return entry.seq;
  const last = rows.order.findLast((other) => (rows.get(other)?.rev ?? 0) > 0);
  return last === undefined ? 0 : rows.get(last)!.seq;
}

function ChunkView(props: { chunk: Accessor<Chunk | undefined>; rows: Rows; scroller: HTMLElement; newId: string | null; before: Accessor<Entry | null>; after: Accessor<Entry | null> }) {
  const [isNear, setNear] = createSignal(true);
  const [height, setHeight] = createSignal(0);
  let element!: HTMLDivElement;
  const ids = () => props.chunk()?.ids ?? [];
  const placed = createMemo(() => {
    const entries = ids().map((id) => props.rows.get(id)).filter((entry) => entry !== undefined && !isTakenBack(entry)) as Entry[];
    return new Map(place(entries, props.before(), props.after(), dayKey).map((row) => [row.entry.id, row]));
  });

  onMount(() => {
    if (!("IntersectionObserver" in globalThis)) return;
    const observer = new IntersectionObserver(([change]) => {
      if (!change) return;
      if (!change.isIntersecting) setHeight(element.offsetHeight);
      setNear(change.isIntersecting);
    }, { root: props.scroller, rootMargin: `${NEAR_PX}px 0px` });
    observer.observe(element);
    onCleanup(() => observer.disconnect());
  });

  return (
    <div ref={element} class={styles["chunk"]} data-chunk={props.chunk()?.key} style={isNear() ? undefined : { height: `${height()}px` }}>
      <Show when={isNear()}>
        <For each={ids()}>{(id) => <Show when={placed().get(id)}>{(row) => <EntryRow placed={row()} isNew={props.newId === id} />}</Show>}</For>
      </Show>
    </div>
  );
}

/** An earlier conversation of the same contact, above the open one without a break. It is looked at, not worked in. */
export function EarlierTimeline(props: { earlier: Earlier; scroller: HTMLElement }) {
  const row = () => props.earlier.conversation;
  const title = (): string => {
    const { subject, closedAt } = row();
    if (closedAt) return subject ? t("inbox.thread.earlier", { subject, date: dayLabel(closedAt) }) : t("inbox.thread.earlierClosed", { date: dayLabel(closedAt) });
    return subject ? t("inbox.thread.earlierOpen", { subject }) : t("inbox.thread.earlierPlain");
  };
  const current = useEntryContext();
  return (
    <EntryProvider value={{ ...current, conversationId: props.earlier.conversation.id, merge: () => undefined, at: () => null }}>
      <section aria-label={title()}>
        <div class={styles["earlier"]}>{title()}</div>
        <Timeline conversationId={row().id} rows={{ get order() { return props.earlier.order; }, get: (id) => unwrap(props.earlier.entries)[id] }} scroller={props.scroller} newId={null} />
      </section>
    </EntryProvider>
  );
}
