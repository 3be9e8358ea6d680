import { Lock, MessageCircle, RotateCw } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import { Button } from "../../../web/ui/button";
import { IconButton } from "../../../web/ui/icon-button";
import type { World } from "../world";
import styles from "./shop.module.css";

/** A shop's page with the real chat on it. */
export function Shop(props: { world: World }) {
  const [visit, setVisit] = createSignal({ n: 0, fresh: false });
  const widget = () => props.world.connections().find(({ provider }) => provider === "chat")?.connectionId;
  const address = (connectionId: string) => `/simulator/shop.html?${new URLSearchParams({ connection: connectionId, visit: String(visit().n), ...(visit().fresh && { new: "1" }) }).toString()}`;
  const again = (fresh: boolean) => setVisit(({ n }) => ({ n: n + 1, fresh }));

  return (
    <section class={styles["window"]} aria-label="Web shop">
      <header class={styles["head"]}>
        <MessageCircle size={16} class={styles["glyph"]} aria-hidden="true" /><b>Web shop</b>
        <span class={styles["url"]}><Lock size={12} aria-hidden="true" /><span>northside.example/rentals</span></span>
        <span class={styles["grow"]} />
        <Button size="s" variant="ghost" onClick={() => again(true)}>New visitor</Button>
        <IconButton label="Reload page" icon={RotateCw} onClick={() => again(false)} />
      </header>
      <Show when={widget()} fallback={<p class={styles["nothing"]}>No chat is connected yet.</p>}>{(id) => <iframe class={styles["page"]} title="Web shop" src={address(id())} />}</Show>
    </section>
  );
}
