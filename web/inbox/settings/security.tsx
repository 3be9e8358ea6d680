import { Laptop, MonitorSmartphone } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { Session } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { Confirm } from "./confirm";
import { deviceOf } from "./device";
import { createList } from "./list-store";
import { Page, Rows, Section } from "./page";
import { sentenceOf } from "./refusal";
import styles from "./settings.module.css";

const byUse = (one: Session, other: Session) => Number(other.current) - Number(one.current) || other.lastSeenAt.localeCompare(one.lastSeenAt);

/** Where you are signed in, and your password. */
export function Security() {
  const sessions = createList<Session>("/api/v1/sessions");
  const [ending, setEnding] = createSignal<Session | null>(null);
  const [endingAll, setEndingAll] = createSignal(false);
  const others = () => sessions.items()?.filter(({ current }) => !current) ?? [];

  async function end(session: Session) {
    await api.delete(`/api/v1/sessions/${session.id}`);
    sessions.drop(session.id);
    toast({ text: t("settings.security.ended", { device: deviceOf(session.userAgent) }) });
  }
  async function endOthers() {
    await api.delete("/api/v1/sessions");
    for (const { id } of others()) sessions.drop(id);
    toast({ text: t("settings.security.othersEnded") });
  }
  async function mailReset() {
    try {
      await api.post("/api/auth/reset-request", { email: me()!.member.email });
      toast({ text: t("settings.security.passwordAsked", { email: me()!.member.email }) });
    } catch (error) {
      toast({ text: sentenceOf(error), kind: "error" });
    }
  }

  return (
    <Page title={t("settings.security")} lede={t("settings.security.lede")}>
      <Section title={t("settings.security.sessions")} action={<Show when={others().length > 0}><Button size="s" onClick={() => setEndingAll(true)}>{t("settings.security.endOthers")}</Button></Show>}>
        <Rows items={sessions.items()} problem={sessions.problem()} onRetry={() => void sessions.reload()} empty={<EmptyState icon={Laptop} title={t("settings.security.none")} />}>
          {(items) => (
            <ul class={styles["rows"]}>
              <For each={[...items].sort(byUse)}>{(session) => (
                <li class={styles["row"]}>
                  <span class={styles["glyph"]}><MonitorSmartphone size={18} aria-hidden="true" /></span>
                  <span class={styles["two"]}>
                    <b>{deviceOf(session.userAgent)}</b>
                    <small>{t("settings.security.since")} <Time at={session.createdAt} /> · {t("settings.security.seen")} <Time at={session.lastSeenAt} /></small>
                  </span>
                  <Show when={!session.current} fallback={<span class={styles["state"]}><i class={styles["dotGood"]} />{t("settings.security.this")}</span>}>
                    <Button variant="ghost" size="s" onClick={() => setEnding(session)}>{t("settings.security.end")}</Button>
                  </Show>
                </li>
              )}</For>
            </ul>
          )}
        </Rows>
      </Section>
      <Section title={t("settings.security.password")} text={t("settings.security.passwordText")}>
        <div class={styles["footStart"]}><Button onClick={() => void mailReset()} disabled={!me()}>{t("settings.security.passwordAsk")}</Button></div>
      </Section>
      <Confirm open={ending() !== null} onOpenChange={() => setEnding(null)} title={t("settings.security.endTitle", { device: deviceOf(ending()?.userAgent ?? "") })} text={t("settings.security.endText")} action={t("settings.security.end")} onConfirm={() => end(ending()!)} />
      <Confirm open={endingAll()} onOpenChange={setEndingAll} title={t("settings.security.endOthersTitle", { count: others().length })} text={t("settings.security.endText")} action={t("settings.security.endOthers")} onConfirm={endOthers} />
    </Page>
  );
}
