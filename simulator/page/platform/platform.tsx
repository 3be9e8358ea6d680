import { For, Show } from "solid-js";
import { Button } from "../../../web/ui/button";
import { Menu } from "../../../web/ui/menu";
import { Switch } from "../../../web/ui/switch";
import { APPS } from "../apps/apps";
import { clock, type World } from "../world";
import styles from "./platform.module.css";

const HOUR_MS = 3_600_000;
const LEAPS: readonly { name: string; ms: number }[] = [{ name: "+1 h", ms: HOUR_MS }, { name: "+24 h", ms: 24 * HOUR_MS }, { name: "+7 days", ms: 7 * 24 * HOUR_MS }];
const DECISIONS = [["Approve", "APPROVED"], ["Reject", "REJECTED"], ["Pause", "PAUSED"], ["Disable", "DISABLED"]] as const;

/** What the time is in the pretend world: forward only, as time goes. */
export function Clock(props: { world: World; onProblem: (text: string) => void }) {
  const leap = (ms: number) => void props.world.forward(ms).catch((error: unknown) => props.onProblem(error instanceof Error ? error.message : String(error)));
  return (
    <section class={styles["section"]} aria-labelledby="clock">
      <h2 class={styles["title"]} id="clock">Clock<time>{clock(props.world.time().toISOString())}</time></h2>
      <div class={styles["leaps"]}><For each={LEAPS}>{({ name, ms }) => <Button size="s" onClick={() => leap(ms)}>{name}</Button>}</For></div>
    </section>
  );
}

/** What the messenger platforms decide: whose token still holds, which templates may be sent. */
export function Platform(props: { world: World; onProblem: (text: string) => void }) {
  const connected = () => APPS.filter(({ provider }) => props.world.connections().some((connection) => connection.provider === provider));
  const failing = (work: Promise<unknown>) => void work.catch((error: unknown) => props.onProblem(error instanceof Error ? error.message : String(error)));
  return (
    <Show when={connected().length > 0}>
      <section class={styles["section"]} aria-labelledby="tokens">
        <h2 class={styles["title"]} id="tokens">Access tokens</h2>
        <For each={connected()}>{({ provider, name }) => (
          <div class={styles["toggle"]}><span aria-hidden="true">{name} token is valid</span><Switch label={`${name} token is valid`} checked={props.world.isTokenValid(provider)} onChange={(valid: boolean) => failing(props.world.token(provider, valid))} /></div>
        )}</For>
      </section>
      <section class={styles["section"]} aria-labelledby="templates">
        <h2 class={styles["title"]} id="templates">WhatsApp templates</h2>
        <ul class={styles["list"]}>
          <For each={props.world.templates()}>{(template) => (
            <li>
              <span><b>{template.name}</b><small>{template.language} · {template.category.toLowerCase()}</small></span>
              <Menu
                trigger={<button type="button" class={styles["state"]} data-state={template.status} aria-label={`${template.name}, ${template.language}: ${template.status.toLowerCase()}`}>{template.status.toLowerCase()}</button>}
                items={DECISIONS.map(([label, status]) => ({ label, disabled: template.status === status, onSelect: () => failing(props.world.template(template, status)) }))}
              />
            </li>
          )}</For>
        </ul>
      </section>
    </Show>
  );
}
