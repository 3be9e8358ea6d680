import { For, Show } from "solid-js";
import type { VisitorPresence } from "../../../worker/contract/frame";
import { locale, t } from "../../lib/i18n";
import { Time } from "../../ui/time";
import { useMinute } from "./minute";
import styles from "./contact.module.css";

const languageName = (code: string): string => { try { return new Intl.DisplayNames(locale, { type: "language" }).of(code) ?? code; } catch { return code; } };
const clockIn = (timeZone: string, now: Date): string | null => { try { return new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone }).format(now); } catch { return null; } };
/** The address without what every address has. */
const shownUrl = (url: string): string => url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");

/** What the chat's visitor looks at, where they came from, and whether they are still there: as their browser says. */
export function Visit(props: { visitor: VisitorPresence | null }) {
  const now = useMinute();
  return (
    <Show when={props.visitor?.visit && props.visitor}>{(visitor) => {
      const visit = () => visitor().visit!;
      return (
        <section class={styles["section"]} aria-labelledby="contact-visit">
          <h3 class={styles["title"]} id="contact-visit">{t("contact.visit")}</h3>
          <dl class={styles["pairs"]}>
            <dt>{t("contact.visit.now")}</dt>
            <dd><Show when={visitor().online} fallback={<>{t("contact.visit.left")} <Time at={visit().lastAt} /></>}><span class={styles["here"]} aria-hidden="true" />{t("contact.visit.here")}</Show></dd>
            <Show when={visit().referrer}>{(url) => <><dt>{t("contact.visit.from")}</dt><dd><Page url={url()} title={shownUrl(url())} /></dd></>}</Show>
            <Show when={visit().locale}><dt>{t("contact.language")}</dt><dd>{languageName(visit().locale)}</dd></Show>
            <Show when={clockIn(visit().timeZone, now())}>{(clock) => <><dt>{t("contact.time-zone")}</dt><dd>{visit().timeZone}, {clock()}</dd></>}</Show>
          </dl>
          <Show when={visit().pages.length > 0}>
            <ol class={styles["pages"]} aria-label={t("contact.visit.pages")}>
              <For each={visit().pages.toReversed()}>{({ url, title, at }) => <li><Page url={url} title={title || shownUrl(url)} /><Time at={at} format="clock" /></li>}</For>
            </ol>
          </Show>
        </section>
      );
    }}</Show>
  );
}

/** Cleaned by the server; still only web addresses are followed. */
function Page(props: { url: string; title: string }) {
  return <Show when={/^https?:/i.test(props.url)} fallback={<bdi>{props.title}</bdi>}><a class={styles["cut"]} href={props.url} title={props.url} target="_blank" rel="noopener noreferrer nofollow"><bdi>{props.title}</bdi></a></Show>;
}
