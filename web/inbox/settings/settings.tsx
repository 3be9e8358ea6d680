import { A, useLocation } from "@solidjs/router";
import { ArrowLeft } from "lucide-solid";
import { createMemo, For, lazy, Show, Suspense, type Component } from "solid-js";
import { Dynamic } from "solid-js/web";
import { t, type MessageKey } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { EmptyState } from "../../ui/empty-state";
import { createMediaQuery } from "../../lib/media-query";
import { mayChange } from "./rights";
import styles from "./settings.module.css";

interface Screen { path: string; label: MessageKey; page: Component; adminsOnly?: boolean }
const ROOT = "/settings";

/** Every screen of settings, once: the navigation and the addresses are both made from it. */
const GROUPS: readonly { label: MessageKey; screens: readonly Screen[] }[] = [
  { label: "settings.group.account", screens: [
    { path: "general", label: "settings.general", page: lazy(async () => ({ default: (await import("./general")).General })) },
    { path: "members", label: "settings.members", page: lazy(async () => ({ default: (await import("./members")).Members })) },
    { path: "teams", label: "settings.teams", page: lazy(async () => ({ default: (await import("./teams")).Teams })) },
    { path: "imports", label: "settings.imports", page: lazy(async () => ({ default: (await import("./imports/imports")).Imports })), adminsOnly: true },
  ] },
  { label: "settings.group.conversations", screens: [
    { path: "channels", label: "settings.channels", page: lazy(async () => ({ default: (await import("./channels/channels")).Channels })) },
    { path: "templates", label: "settings.templates", page: lazy(async () => ({ default: (await import("./templates/templates")).Templates })) },
    { path: "labels", label: "settings.labels", page: lazy(async () => ({ default: (await import("./labels")).Labels })) },
  ] },
  { label: "settings.group.developers", screens: [
    { path: "api-keys", label: "settings.apiKeys", page: lazy(async () => ({ default: (await import("./api-keys")).ApiKeys })), adminsOnly: true },
  ] },
  { label: "settings.group.you", screens: [
    { path: "profile", label: "settings.profile", page: lazy(async () => ({ default: (await import("./profile")).Profile })) },
    { path: "security", label: "settings.security", page: lazy(async () => ({ default: (await import("./security")).Security })) },
  ] },
];
const SCREENS = GROUPS.flatMap(({ screens }) => screens);

/** Settings under `/settings/…`. On a phone `/settings` is the list of screens, and each screen is a page of its own. */
export function Settings() {
  const location = useLocation();
  const isPhone = createMediaQuery("(max-width: 720px)");
  const path = createMemo(() => location.pathname.slice(ROOT.length).split("/")[1] ?? "");
  const isList = () => path() === "" && isPhone();
  const screen = createMemo(() => SCREENS.find((screen) => screen.path === (path() || "general")));

  return (
    <div class={styles["settings"]} classList={{ [styles["isList"]!]: path() === "" }}>
      <nav class={styles["nav"]} aria-label={t("settings.title")}>
        <Dynamic component={isList() ? "h1" : "p"} class={styles["navTitle"]}>{t("settings.title")}</Dynamic>
        <div class={styles["navScroll"]}>
          <For each={GROUPS}>{(group) => {
            const open = () => group.screens.filter(({ adminsOnly }) => !adminsOnly || mayChange());
            return (
              <Show when={open().length > 0}>
                <p class={styles["navHead"]}>{t(group.label)}</p>
                <ul>
                  <For each={open()}>{({ path: to, label }) => (
                    <li>
                      <a class={styles["navItem"]} href={`${ROOT}/${to}`} aria-current={screen()?.path === to && !isList() ? "page" : undefined}>
                        <span class={styles["cut"]}>{t(label)}</span>
                        <Show when={to === "channels" && connections().some(({ status, health }) => status === "active" && health.state === "failing")}>
                          <i class={styles["dotBad"]} role="img" aria-label={t("settings.channels.someFail")} />
                        </Show>
                      </a>
                    </li>
                  )}</For>
                </ul>
              </Show>
            );
          }}</For>
        </div>
      </nav>
      <div class={styles["sheet"]}>
        <A class={styles["back"]} href={ROOT}><ArrowLeft size={16} aria-hidden="true" />{t("settings.title")}</A>
        <Show when={screen()} keyed fallback={<EmptyState title={t("settings.nowhere")} text={t("settings.nowhereHint")} />}>
          {(found) => <Show when={!isList()}><Suspense><Dynamic component={found.page} /></Suspense></Show>}
        </Show>
      </div>
    </div>
  );
}
