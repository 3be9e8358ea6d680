import { useLocation, useNavigate } from "@solidjs/router";
import { Inbox, Keyboard, LogOut, Monitor, Moon, Search, Settings, Sun, Users } from "lucide-solid";
import { createSignal, ErrorBoundary, For, lazy, onMount, Show, Suspense, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { api, ApiProblem } from "../lib/api";
import { feed } from "../lib/feed";
import { t, type MessageKey } from "../lib/i18n";
import { me, signedOut } from "../lib/me";
import { outgoing } from "../lib/outbox";
import { createShortcuts, showKeys } from "../lib/shortcuts";
import { setTheme, theme, THEMES, type Theme } from "../lib/theme";
import { Avatar } from "../ui/avatar";
import { ErrorState } from "../ui/error-state";
import type { Icon } from "../ui/icon";
import { preloadDialog } from "../ui/dialog";
import { Menu, preloadMenu, type MenuItem } from "../ui/menu";
import { preloadPopover } from "../ui/popover";
import { tip } from "../ui/tip";
import { toast } from "../ui/toast";
import { ConnectionLine } from "./list/connection-line";
import { startVisit } from "./visit";
import styles from "./shell.module.css";

const Palette = lazy(async () => ({ default: (await import("./palette")).Palette }));
const ShortcutSheet = lazy(async () => ({ default: (await import("./shortcut-sheet")).ShortcutSheet }));

interface Place { path: string; label: MessageKey; icon: Icon; keys: string; keysLabel: MessageKey }
const PLACES: readonly Place[] = [
  { path: "/", label: "app.inbox", icon: Inbox, keys: "g i", keysLabel: "keys.inbox" },
  { path: "/contacts", label: "app.contacts", icon: Users, keys: "g c", keysLabel: "keys.contacts" },
  { path: "/settings", label: "app.settings", icon: Settings, keys: "g s", keysLabel: "keys.settings" },
];
/** On the rail settings stand apart, below. */
const LOW = "/settings";
const THEME_ICONS: Record<Theme, Icon> = { system: Monitor, light: Sun, dark: Moon };

/** The rail and whatever screen is open beside it; on a phone the rail is a bar below. */
export function Shell(props: { children?: JSX.Element }) {
  startVisit();
  const navigate = useNavigate();
  const location = useLocation();
  const [searching, setSearching] = createSignal(false);
  const [showsKeys, setShowsKeys] = createSignal(false);

  createShortcuts("app", [
    { keys: "mod+k", label: t("keys.palette"), run: () => setSearching(true) },
    { keys: "?", label: t("keys.sheet"), run: () => setShowsKeys(true) },
    ...PLACES.map(({ path, keys, keysLabel }) => ({ keys, label: t(keysLabel), run: () => navigate(path) })),
  ]);

  // Whatever floats is fetched when there is nothing better to do, so that its first opening is as quick as every other.
  onMount(() => onceIdle(() => { preloadMenu(); preloadPopover(); preloadDialog(); void Palette.preload(); }));

  const isHere = (path: string) => (path === "/" ? location.pathname === "/" : location.pathname.startsWith(path));
  // On a phone an open conversation takes the whole screen.
  const isFull = () => isHere("/") && location.query["c"] !== undefined;

  const link = (place: Place) => (
    <a
      class={styles["place"]} href={place.path} aria-label={t(place.label)} aria-current={isHere(place.path) ? "page" : undefined}
      ref={(element) => tip(element, () => ({ text: t(place.label), kbd: showKeys(place.keys) }))}
    >
      <Dynamic component={place.icon} size={20} strokeWidth={1.6} aria-hidden="true" /><span class={styles["word"]} aria-hidden="true">{t(place.label)}</span>
    </a>
  );

  return (
    <div class={styles["shell"]} classList={{ [styles["full"]!]: isFull() }}>
      <a class={styles["skip"]} href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t("app.skip")}</a>
      <nav class={styles["rail"]} data-tips="side" aria-label={t("app.main")}>
        <a class={styles["logo"]} href="/" aria-label={t("app.name")}><Logo /></a>
        <For each={PLACES.filter(({ path }) => path !== LOW)}>{link}</For>
        <button type="button" class={styles["place"]} aria-label={t("palette.title")} ref={(element) => tip(element, () => ({ text: t("palette.title"), kbd: showKeys("mod+k") }))} onClick={() => setSearching(true)}>
          <Search size={20} strokeWidth={1.6} aria-hidden="true" /><span class={styles["word"]} aria-hidden="true">{t("inbox.nav.search")}</span>
        </button>
        <span class={styles["gap"]} />
        <For each={PLACES.filter(({ path }) => path === LOW)}>{link}</For>
        <Menu
          items={personal(() => setShowsKeys(true))}
          trigger={<button type="button" class={styles["me"]} aria-label={t("app.you", { name: me()?.member.name ?? "" })}><Avatar name={me()?.member.name ?? ""} kind="member" size={28} /><span class={styles["word"]} aria-hidden="true">{t("app.more")}</span></button>}
        />
      </nav>
      <main id="main" class={styles["screen"]} tabIndex={-1}>
        <ErrorBoundary fallback={(error, reset) => { console.error(error); return <ErrorState page title={t("app.failed")} text={t("app.failedHint")} onRetry={reset} />; }}>
          {/* The inbox says it above its own list. */}
          <Show when={!isHere("/")}><ConnectionLine status={feed().status()} waiting={outgoing().length} /></Show>
          <div class={styles["content"]}><Suspense>{props.children}</Suspense></div>
        </ErrorBoundary>
      </main>
      <Show when={searching()}><Suspense><Palette onClose={() => setSearching(false)} onSignOut={() => void signOut()} /></Suspense></Show>
      <Show when={showsKeys()}><Suspense><ShortcutSheet onClose={() => setShowsKeys(false)} /></Suspense></Show>
    </div>
  );
}

const personal = (showKeySheet: () => void): MenuItem[] => [
  ...THEMES.map((choice) => ({ label: t(`app.theme.${choice}`), icon: THEME_ICONS[choice], ...(theme() === choice && { kbd: "✓" }), onSelect: () => setTheme(choice) })),
  "separator",
  { label: t("keys.sheet"), icon: Keyboard, kbd: "?", onSelect: showKeySheet },
  "separator",
  { label: t("app.signOut"), icon: LogOut, onSelect: () => void signOut() },
];

/** Not every browser says when it is idle; a while after the first paint it mostly is. */
const IDLE_MS = 1_500;
const onceIdle = (work: () => void): void => { if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 2 * IDLE_MS }); else setTimeout(work, IDLE_MS); };

async function signOut(): Promise<void> {
  try {
    await api.post("/api/auth/sign-out");
    signedOut();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    toast({ text: t("app.signOutFailed", { detail: error.detail }), kind: "error" });
  }
}

function Logo() {
  return (
    <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
      <rect width="28" height="28" rx="8" /><circle cx="9" cy="9.5" r="2.4" /><circle cx="19" cy="18.5" r="2.4" />
      <path d="M11.4 9.5h2.1a3 3 0 0 1 3 3M9 12v3.5a3 3 0 0 0 3 3h4.6" />
    </svg>
  );
}
