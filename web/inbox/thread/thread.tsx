import { ArrowDown, ArrowLeft } from "lucide-solid";
import { createEffect, createMemo, createSignal, For, lazy, Match, on, Show, Suspense, Switch } from "solid-js";
import { conversation } from "../../lib/conversation";
import { feed } from "../../lib/feed";
import { createGroupPeople } from "../../lib/group-people";
import { shownAddress } from "../../../worker/contract/shown-address";
import { dayLabel } from "../../lib/format";
import { t } from "../../lib/i18n";
import { optimistic, outgoing } from "../../lib/outbox";
import { noState } from "../../lib/patch";
import { EmptyState } from "../../ui/empty-state";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { shownWords } from "./content/content-view";
import { EntryProvider } from "./entry-context";
import { bringIntoView } from "./go-to";
import { GroupLine } from "./group-line";
import { ThreadHeader, type OpenPicker } from "./header";
import { chunkKey, lastEmail } from "./layout";
import { createReading } from "./reading";
import { ThreadSkeleton } from "./thread-skeleton";
import { EarlierTimeline, Timeline, type Rows } from "./timeline";
import { VisitorLine, WritingLine } from "./visitor-line";
import styles from "./thread.module.css";

const Composer = lazy(() => import("../composer/composer").then((module) => ({ default: module.Composer })));

/** Closer to the end than this counts as being there. */
const END_PX = 80;
/** The page above is asked for this early, so that scrolling rarely meets the top. */
const TOP_PX = 1_200;
/** Just below the floating day, whose row is the topmost one that can be read. */
const TOP_ROW_PX = 48;
/** A deep link older than this many pages is not chased. */
const DEEP_PAGES = 20;

/** One open conversation: header, timeline, composer. Keyed by its id: another id is another thread. */
export function Thread(props: { id: string; entryId: string | null; isPhone: boolean; panelOpen: boolean; picker: OpenPicker; onPicker: (picker: OpenPicker) => void; onBack: () => void; onPanel: () => void }) {
  const open = conversation(props.id);
  const { state } = open;
  const row = () => feed().rows[props.id] ?? state.conversation;
  const mine = () => feed().mine[props.id] ?? state.mine ?? noState(props.id);
  const contactName = () => shownAddress(row()?.contactName ?? "");
  // A STOP comes as a message; what the carrier tells of comes with a failure.
  const people = createGroupPeople(() => (row()?.kind === "group" ? { conversationId: props.id, change: `${row()!.inboundCount} ${row()!.failed}` } : null));
  const [scroller, setScroller] = createSignal<HTMLDivElement>();
  const [isAtEnd, setAtEnd] = createSignal(true);
  const [day, setDay] = createSignal<string | null>(null);
  const [missed, setMissed] = createSignal(0);
  const [arrived, setArrived] = createSignal("");
  const [toggled, setToggled] = createSignal<Readonly<Record<string, boolean>>>({});

  const unsent = createMemo(() => outgoing().filter((item) => item.conversationId === props.id && !state.entries[item.clientId]));
  const rows: Rows = {
    get order() { return [...state.order, ...unsent().map(({ clientId }) => clientId)]; },
    get: (id) => state.entries[id] ?? unsent().map(optimistic).find((entry) => entry.id === id),
  };
  const isEmpty = () => rows.order.length === 0;
  const openEmail = createMemo(() => lastEmail(state.order, state.entries));

  const { newId, markUnread } = createReading({ id: props.id, row, mine, state, isLoading: open.isLoading, isAtEnd });

  createEffect(on(() => state.order.at(-1), (last, before) => {
    const entry = last === undefined ? undefined : state.entries[last];
    if (!entry || before === undefined || last === before) return;
    if (entry.direction === "in") {
      setArrived(t("inbox.thread.arrived", { name: entry.author.name, text: (shownWords(entry) || entry.text || t("thread.quote.media")).slice(0, 200) }));
      if (!isAtEnd()) setMissed(missed() + 1);
    } else if (entry.author.type === "member") toEnd();
  }));

  // The list grows from its end (column-reverse): a page on top moves nothing; what comes below is taken out of the offset.
  createEffect(on(() => rows.order.at(-1), () => {
    const box = scroller();
    if (!box || isAtEnd()) return;
    const height = box.scrollHeight;
    const top = box.scrollTop;
    queueMicrotask(() => { if (box.scrollTop === top) box.scrollTop = top - (box.scrollHeight - height); });
  }, { defer: true }));

  function scrolled(): void {
    const box = scroller();
    if (!box) return;
    const fromEnd = -box.scrollTop;
    setAtEnd(fromEnd < END_PX);
    if (isAtEnd()) setMissed(0);
    if (box.scrollHeight - box.clientHeight - fromEnd < TOP_PX && !open.isComplete()) void open.loadOlder();
    const { left, top, width } = box.getBoundingClientRect();
    const topRow = isAtEnd() ? null : document.elementFromPoint(left + width / 2, top + TOP_ROW_PX)?.closest<HTMLElement>("[data-day]");
    setDay(topRow?.dataset["day"] ?? null);
  }

  function toEnd(): void {
    const box = scroller();
    if (box) box.scrollTop = 0;
  }

  // A short thread does not fill the screen, so nobody would ever scroll to its top.
  createEffect(() => {
    const box = scroller();
    if (!box || open.isLoading() || open.loadingOlder() || open.isComplete() || isEmpty()) return;
    if (box.scrollHeight <= box.clientHeight + TOP_PX / 4) void open.loadOlder();
  });

  createEffect(on(() => [props.entryId, open.isLoading()] as const, ([entryId, isLoading]) => { if (entryId && !isLoading) void goTo(entryId); }));
  async function goTo(entryId: string): Promise<HTMLElement | null> {
    for (let page = 0; page < DEEP_PAGES && !whereIs(entryId) && state.before !== null; page++) await open.loadOlder();
    const box = scroller();
    return box ? bringIntoView(box, entryId, whereIs(entryId)) : null;
  }
  function whereIs(entryId: string): string | null {
    const own = state.entries[entryId];
    const past = open.earlier.find(({ entries }) => entries[entryId]);
    return own ? chunkKey(props.id, own.seq) : past ? chunkKey(past.conversation.id, past.entries[entryId]!.seq) : null;
  }
  async function jump(entryId: string): Promise<boolean> {
    const row = await goTo(entryId);
    row?.querySelector<HTMLElement>("[data-message]")?.focus({ preventScroll: true });
    return row !== null;
  }

  // Messages are one stop for Tab: where the keyboard was last, or the newest. From there the arrow keys go on.
  const [stood, setStood] = createSignal<string | null>(null);
  const newest = createMemo(() => state.order.findLast((id) => state.entries[id]!.kind === "message" && state.entries[id]!.email === null) ?? "");

  return (
    <EntryProvider value={{
      conversationId: props.id, contactName, people, merge: open.merge, goTo: jump, at: () => stood() ?? newest(), setAt: setStood,
      isOpen: (id) => toggled()[id] ?? id === openEmail(),
      toggle: (id) => setToggled({ ...toggled(), [id]: !(toggled()[id] ?? id === openEmail()) }),
    }}>
      <section class={styles["thread"]} aria-label={t("inbox.thread", { name: contactName() })}>
        <Show when={row()} fallback={<Show when={props.isPhone}><div class={styles["bare"]}><IconButton icon={ArrowLeft} label={t("inbox.thread.back")} onClick={props.onBack} /></div></Show>}>{(known) => (
          <ThreadHeader row={known()} mine={mine()} viewers={state.members} isPhone={props.isPhone} panelOpen={props.panelOpen} picker={props.picker} onPicker={props.onPicker} onBack={props.onBack} onPanel={props.onPanel} onUnread={markUnread} />
        )}</Show>
        <GroupLine people={people()} />
        <div class={styles["middle"]}>
          <Show when={day()}>{(at) => <div class={styles["day-now"]} aria-hidden="true"><span>{dayLabel(at())}</span></div>}</Show>
          <div ref={setScroller} class={styles["scroller"]} tabindex="0" role="region" aria-label={t("inbox.thread.log")} onScroll={scrolled}>
            <Switch>
              <Match when={open.problem()}>{(problem) => (
                <ErrorState title={t(problem().status === 404 ? "inbox.thread.notFound" : "inbox.thread.error")} text={problem().detail} onRetry={open.retry} />
              )}</Match>
              <Match when={open.isLoading() && isEmpty()}><ThreadSkeleton /></Match>
              <Match when={isEmpty() && open.earlier.length === 0}><EmptyState title={t("inbox.thread.empty")} text={t("inbox.thread.emptyHint")} /></Match>
              <Match when={scroller()}>{(box) => (
                <div class={styles["timeline"]}>
                  <Show when={open.loadingOlder()}><div class={styles["note"]} role="status">{t("inbox.thread.loadingOlder")}</div></Show>
                  <For each={open.earlier}>{(earlier) => <EarlierTimeline earlier={earlier} scroller={box()} />}</For>
                  <Timeline conversationId={props.id} rows={rows} scroller={box()} newId={newId()} />
                  <VisitorLine visitor={state.visitor} name={contactName()} />
                  <WritingLine writing={state.writing} name={contactName()} />
                </div>
              )}</Match>
            </Switch>
          </div>
          <Show when={!isAtEnd()}>
            <button type="button" class={styles["to-end"]} classList={{ [styles["missed"]!]: missed() > 0 }} onClick={toEnd}>
              <ArrowDown size={14} aria-hidden="true" />{missed() > 0 ? t("inbox.thread.toEndUnread", { count: missed() }) : t("inbox.thread.toEnd")}
            </button>
          </Show>
          <p class={styles["unseen"]} role="log" aria-live="polite">{arrived()}</p>
        </div>
        <Show when={row()}><Suspense fallback={<div class={styles["composer-space"]} />}><Composer conversationId={props.id} /></Suspense></Show>
      </section>
    </EntryProvider>
  );
}
