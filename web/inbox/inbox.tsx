import { createEffect, createSignal, lazy, Show, Suspense } from "solid-js";
import { feed } from "../lib/feed";
import { t } from "../lib/i18n";
import { createMediaQuery } from "../lib/media-query";
import { createShortcuts } from "../lib/shortcuts";
import { Dialog } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { toggleClosed, toggleStar } from "./actions";
import { ConversationList, type ListControls } from "./list/list";
import { ListResizer, readListWidth } from "./list/resizer";
import { Nav } from "./nav/nav";
import { useInboxRoute } from "./route";
import type { OpenPicker } from "./thread/header";
import { startVisit } from "./visit";
import styles from "./inbox.module.css";

const Thread = lazy(() => import("./thread/thread").then((module) => ({ default: module.Thread })));
const ContactPanel = lazy(() => import("./contact/contact-panel").then((module) => ({ default: module.ContactPanel })));

const NewConversation = lazy(() => import("./begin/new-conversation").then((module) => ({ default: module.NewConversation })));

const PANEL_KEY = "inbox:panel";

/** Three panes on a desktop, one at a time on a phone. */
export function Inbox() {
  startVisit();
  const route = useInboxRoute();
  const isPhone = createMediaQuery("(max-width: 720px)");
  const isNarrow = createMediaQuery("(max-width: 1120px)");
  const [panelWanted, setPanelWanted] = createSignal(localStorage.getItem(PANEL_KEY) !== "off");
  const [viewsOpen, setViewsOpen] = createSignal(false);
  const [picker, setPicker] = createSignal<OpenPicker>(null);
  const [listWidth, setListWidth] = createSignal(readListWidth());
  let list: ListControls | undefined;

  const id = route.conversationId;
  const row = () => (id() ? feed().rows[id()!] : undefined);
  const isPanelOpen = () => route.contactOpen() || (!isNarrow() && panelWanted());
  createEffect(() => { id(); setPicker(null); });

  const [isBeginning, setBeginning] = createSignal(false);
  // Once opened it stays, so that closing can give the focus back.
  const [wasBeginning, setWasBeginning] = createSignal(false);
  function begin(): void {
    setWasBeginning(true);
    setBeginning(true);
  }

  function togglePanel(): void {
    if (isNarrow()) return route.showContact(!route.contactOpen());
    setPanelWanted(!isPanelOpen());
    if (route.contactOpen()) route.showContact(false);
    localStorage.setItem(PANEL_KEY, panelWanted() ? "on" : "off");
  }

  function closeAndNext(): void {
    const closing = id();
    if (!closing) return;
    const isClosing = row()?.status !== "closed";
    void toggleClosed(closing);
    if (isClosing) list?.next(1);
  }

  const isOpen = () => id() !== null;
  createShortcuts("inbox", [
    { keys: "j", label: t("inbox.key.next"), run: () => list?.next(1) },
    { keys: "k", label: t("inbox.key.previous"), run: () => list?.next(-1) },
    { keys: "enter", label: t("inbox.key.open"), when: () => !isOpen(), run: () => list?.openFocused() },
    { keys: "n", label: t("group.new"), run: begin },
    { keys: "/", label: t("inbox.key.search"), run: () => list?.focusSearch() },
    { keys: "e", label: t("inbox.key.close"), when: isOpen, run: closeAndNext },
    { keys: "s", label: t("inbox.key.star"), when: isOpen, run: () => void toggleStar(id()!) },
    { keys: "a", label: t("inbox.key.assign"), when: isOpen, run: () => setPicker("assign") },
    { keys: "l", label: t("inbox.key.label"), when: isOpen, run: () => setPicker("label") },
    { keys: "h", label: t("inbox.key.snooze"), when: isOpen, run: () => setPicker("snooze") },
    { keys: "escape", label: t("inbox.key.back"), when: isOpen, run: () => (route.contactOpen() ? route.showContact(false) : route.close()) },
  ]);

  return (
    <div class={styles["inbox"]} classList={{ [styles["thread-open"]!]: isOpen() }} style={{ "--list-width": `${listWidth()}px` }}>
      <aside class={styles["nav"]}><Nav route={route} /></aside>
      <div class={styles["sheet"]}>
        <div class={styles["list"]}>
          <ConversationList route={route} isPhone={isPhone()} onViews={() => setViewsOpen(true)} onBegin={begin} controls={(controls) => { list = controls; }} />
          <Show when={!isPhone()}><ListResizer width={listWidth()} onWidth={setListWidth} /></Show>
        </div>
        <div class={styles["thread"]}>
          <Show when={id()} keyed fallback={<EmptyState title={t("inbox.pick")} text={t("inbox.pickHint")} />}>{(conversationId) => (
            <Suspense>
              <Thread
                id={conversationId} entryId={route.entryId()} isPhone={isPhone()} panelOpen={isPanelOpen()} picker={picker()} onPicker={setPicker}
                onBack={route.close} onPanel={togglePanel}
              />
            </Suspense>
          )}</Show>
        </div>
        <Show when={isPanelOpen() && row()}>{(known) => (
          <div class={styles["panel"]}><Suspense><ContactPanel contactId={known().contactId} conversationId={known().id} isGroup={known().kind === "group"} /></Suspense></div>
        )}</Show>
      </div>
      <Show when={wasBeginning()}><Suspense><NewConversation open={isBeginning()} onOpenChange={setBeginning} onBegun={(conversationId) => route.open(conversationId)} /></Suspense></Show>
      <Dialog open={viewsOpen()} onOpenChange={setViewsOpen} title={t("inbox.nav")}><Nav route={route} onChosen={() => setViewsOpen(false)} /></Dialog>
    </div>
  );
}
