import { createVirtualizer } from "@tanstack/solid-virtual";
import { ArrowDownUp, Menu as MenuIcon, Search, SquarePen, Star, X } from "lucide-solid";
import { createComputed, createEffect, createMemo, createSignal, For, Match, on, onCleanup, Show, Switch } from "solid-js";
import type { Sort } from "../../../worker/contract/conversation";
import { counts } from "../../lib/counts";
import { feed } from "../../lib/feed";
import type { ChannelKind } from "../../../worker/contract/channel";
import { t } from "../../lib/i18n";
import { queryKey } from "../../lib/listing";
import { labels, teams } from "../../lib/me";
import { outgoing } from "../../lib/outbox";
import { EmptyState } from "../../ui/empty-state";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { Menu } from "../../ui/menu";
import { SORTS, type InboxRoute } from "../route";
import { ConnectionLine } from "./connection-line";
import { Row } from "./row";
import { RowSkeletons } from "./skeleton";
import { ListTabs } from "./tabs";
import styles from "./list.module.css";

const ROW_PX = 64;
const PHONE_ROW_PX = 72;
/** Rows beyond the screen, so that a quick scroll finds them drawn. */
const OVERSCAN = 8;
/** The next page is asked for before its place is reached. */
const AHEAD_ROWS = 20;
const SEARCH_SETTLE_MS = 200;
const STARS = [5, 4, 3, 2, 1];
/** Channels on which people give stars. */
const WITH_STARS: ReadonlySet<ChannelKind | undefined> = new Set(["google"] as const);

export interface ListControls { next: (step: 1 | -1) => void; openFocused: () => void; focusSearch: () => void }

/** The list of conversations: tabs, search, and only those rows that are on the screen. */
export function ConversationList(props: { route: InboxRoute; isPhone: boolean; onViews: () => void; onBegin: () => void; controls: (controls: ListControls) => void }) {
  const key = createMemo(() => queryKey(props.route.query()));
  const list = createMemo(on(key, () => feed().list(props.route.query())));
  const [focused, setFocused] = createSignal<string | null>(null);
  const [searching, setSearching] = createSignal(Boolean(props.route.query().filter.q));
  let scroller: HTMLDivElement | undefined;
  let searchBox: HTMLInputElement | undefined;
  let settle: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => { clearTimeout(settle); list().hold(false); });

  const ids = () => list().ids();
  /** The one row that Tab reaches; arrows and J and K move from there. */
  const reachable = createMemo(() => { const id = focused(); return id !== null && ids().includes(id) ? id : ids()[0]; });
  const rowPx = () => (props.isPhone ? PHONE_ROW_PX : ROW_PX);
  const virtualizer = createVirtualizer({
    get count() { return ids().length; },
    getScrollElement: () => scroller ?? null,
    estimateSize: rowPx,
    getItemKey: (index) => ids()[index] ?? index,
    overscan: OVERSCAN,
    initialRect: { width: 320, height: 800 },
  });

  // Drawn by id, not by place: a row that others pass stays itself under the pointer that presses it and the keyboard that stands on it.
  const drawn = createMemo(() => virtualizer.getVirtualItems().flatMap(({ index }) => ids()[index] ?? []));
  const places = createMemo(() => new Map(virtualizer.getVirtualItems().map((item) => [ids()[item.index], item])));
  // Moved within the page an element loses the focus on its way.
  let stood: HTMLElement | null = null;
  createComputed(on(drawn, () => { stood = scroller?.querySelector<HTMLElement>(":focus") ?? null; }));
  createEffect(on(drawn, () => { if (stood && document.activeElement === document.body) stood.focus({ preventScroll: true }); }));

  createEffect(on(rowPx, () => virtualizer.measure(), { defer: true }));
  createEffect(on(key, () => { if (scroller) scroller.scrollTop = 0; }, { defer: true }));
  createEffect(() => list().keep(props.route.conversationId()));
  createEffect(on(() => props.route.conversationId(), (id) => { if (id) setFocused(id); }));
  createEffect(() => {
    const last = virtualizer.getVirtualItems().at(-1);
    if (last && last.index >= ids().length - AHEAD_ROWS && list().hasMore() && !list().isLoading() && !list().problem()) void list().loadMore();
  });

  function move(step: 1 | -1): void {
    const at = ids().indexOf(focused() ?? "");
    const next = ids()[at < 0 ? 0 : Math.min(ids().length - 1, Math.max(0, at + step))];
    if (!next) return;
    setFocused(next);
    virtualizer.scrollToIndex(ids().indexOf(next), { align: "auto" });
    // The row may have to be drawn first.
    requestAnimationFrame(() => document.getElementById(`row-${next}`)?.focus({ preventScroll: true }));
    if (props.route.conversationId() && !props.isPhone) props.route.open(next);
  }

  function openSearch(): void {
    setSearching(true);
    queueMicrotask(() => searchBox?.focus());
  }

  function closeSearch(): void {
    clearTimeout(settle);
    setSearching(false);
    props.route.search("");
  }

  function typed(text: string): void {
    clearTimeout(settle);
    settle = setTimeout(() => props.route.search(text.trim()), SEARCH_SETTLE_MS);
  }

  props.controls({ next: move, openFocused: () => { const id = focused(); if (id) props.route.open(id); }, focusSearch: openSearch });

  const heading = createMemo(() => {
    const { view, teamId, labelId, channel, q } = props.route.query().filter;
    if (q) return t("inbox.list.results", { q });
    if (teamId) return teams().find(({ id }) => id === teamId)?.name ?? "";
    if (labelId) return labels().find(({ id }) => id === labelId)?.name ?? "";
    if (channel) return t(`channel.${channel}`);
    return t(`inbox.view.${view ?? "all"}`);
  });
  const total = () => {
    const { view, teamId, labelId, channel, q } = props.route.query().filter;
    const known = counts();
    if (!known || q) return undefined;
    return teamId ? known.teams[teamId] : labelId ? known.labels[labelId] : channel ? known.channels[channel] : view && known.views[view];
  };
  const stars = () => props.route.query().filter.stars;
  const byStars = (count: number | undefined) => props.route.go({ channel: "google", ...(count !== undefined && { stars: count }) });
  const emptyKind = () => (props.route.query().filter.q ? "search" : props.route.tab());

  return (
    <section class={styles["list"]} aria-label={t("inbox.list")}>
      <header class={styles["bar"]}>
        <span class={styles["views"]}><IconButton icon={MenuIcon} label={t("inbox.nav.open")} onClick={() => props.onViews()} /></span>
        <h1>{heading()}</h1>
        <Show when={total()}><span class={styles["total"]}>{total()}</span></Show>
        <span class={styles["grow"]} />
        <IconButton icon={SquarePen} label={t("group.new")} kbd="N" onClick={() => props.onBegin()} />
        <IconButton icon={Search} label={t("inbox.list.search")} kbd="/" pressed={searching()} onClick={() => (searching() ? closeSearch() : openSearch())} />
        <Show when={WITH_STARS.has(props.route.query().filter.channel)}>
          <Menu
            trigger={<IconButton icon={Star} pressed={stars() !== undefined} label={t(stars() === undefined ? "inbox.list.stars" : "inbox.list.starsOnly", { stars: stars() ?? 0 })} />}
            items={[{ label: t("inbox.list.stars.all"), onSelect: () => byStars(undefined) }, ...STARS.map((count) => ({ label: t("thread.review", { stars: count }), onSelect: () => byStars(count) }))]}
          />
        </Show>
        <Menu
          trigger={<IconButton icon={ArrowDownUp} label={t("inbox.list.sort", { sort: t(`inbox.sort.${props.route.query().sort}`) })} />}
          items={(Object.keys(SORTS) as Sort[]).map((sort) => ({ label: t(`inbox.sort.${sort}`), onSelect: () => props.route.setSort(sort) }))}
        />
      </header>
      <Show when={searching()}>
        <div class={styles["search"]}>
          <Search size={14} aria-hidden="true" />
          <input
            ref={searchBox} type="search" value={props.route.query().filter.q ?? ""} placeholder={t("inbox.list.searchHint")} aria-label={t("inbox.list.search")}
            onInput={(event) => typed(event.currentTarget.value)}
            onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); closeSearch(); } if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); setFocused(null); move(1); } }}
          />
          <IconButton icon={X} label={t("inbox.list.searchClear")} onClick={closeSearch} />
        </div>
      </Show>
      <Show when={!props.route.query().filter.q}><ListTabs route={props.route} isPhone={props.isPhone} /></Show>
      <ConnectionLine status={feed().status()} waiting={outgoing().length} />
      <div
        ref={scroller} class={styles["rows"]} aria-busy={list().isLoading()}
        onPointerMove={() => list().hold(true)} onPointerLeave={() => list().hold(false)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
        }}
      >
        <Switch>
          <Match when={ids().length > 0}>
            <div role="list" aria-label={t("inbox.list")} class={styles["canvas"]} style={{ height: `${virtualizer.getTotalSize()}px` }}>
              <For each={drawn()}>{(id) => (
                <Show when={places().get(id)}>{(place) => (
                  <div role="listitem" aria-posinset={place().index + 1} aria-setsize={list().hasMore() ? -1 : ids().length} class={styles["slot"]} style={{ height: `${place().size}px`, transform: `translateY(${place().start}px)` }}>
                    <Row
                      id={id} selected={props.route.conversationId() === id} reachable={id === reachable()}
                      onFocus={() => setFocused(id)} onOpen={() => { setFocused(id); props.route.open(id); }}
                    />
                  </div>
                )}</Show>
              )}</For>
            </div>
            <Show when={list().isLoading() && list().hasMore()}><p class={styles["more"]} role="status">{t("inbox.list.loadingMore")}</p></Show>
          </Match>
          <Match when={list().problem()}>{(problem) => (
            <ErrorState title={t("inbox.list.error")} text={t("inbox.list.errorHint", { detail: problem().detail })} onRetry={() => void list().reload()} />
          )}</Match>
          <Match when={!list().isLoaded()}><RowSkeletons /></Match>
          <Match when={true}>
            <EmptyState title={t(`inbox.empty.${emptyKind()}`, { q: props.route.query().filter.q ?? "" })} text={t(`inbox.empty.${emptyKind()}Hint`)} />
          </Match>
        </Switch>
      </div>
    </section>
  );
}
