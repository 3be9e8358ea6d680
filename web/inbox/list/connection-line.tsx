import { WifiOff } from "lucide-solid";
import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { t } from "../../lib/i18n";
import type { LiveStatus } from "../../lib/live";
import styles from "./list.module.css";

/** A reconnect shorter than this is nobody's business. */
const PATIENCE_MS = 4_000;

/** One sentence above the list while the server cannot be reached. */
export function ConnectionLine(props: { status: LiveStatus; waiting: number }) {
  const [isLong, setLong] = createSignal(false);
  const [isOffline, setOffline] = createSignal(!navigator.onLine);
  const look = () => setOffline(!navigator.onLine);
  addEventListener("online", look);
  addEventListener("offline", look);
  onCleanup(() => { removeEventListener("online", look); removeEventListener("offline", look); });
  createEffect(on(() => props.status === "offline", (away) => {
    setLong(false);
    if (!away) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    onCleanup(() => clearTimeout(timer));
  }));

  return (
    <Show when={isOffline() || isLong()}>
      <div class={styles["line"]} role="status">
        <WifiOff size={16} aria-hidden="true" />
        <span>
          <b>{t(isOffline() ? "inbox.list.offline" : "inbox.list.connecting")}</b>
          {isOffline() ? props.waiting > 0 ? t("inbox.list.offlineWaiting", { count: props.waiting }) : t("inbox.list.offlineHint") : t("inbox.list.connectingHint")}
        </span>
      </div>
    </Show>
  );
}
