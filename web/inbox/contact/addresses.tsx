import { AtSign, BadgeCheck, Clock, Plus, X } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { Contact, ContactPatch, Identity } from "../../../worker/contract/contact";
import { isTimeZone } from "../../../worker/contract/locale";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import { Tooltip } from "../../ui/tooltip";
import { channelOf, isClaimed, readAddress, sameClock, shownIdentity, waysToReach, zoneCity } from "./values";
import { useMinute } from "./minute";
import styles from "./contact.module.css";

/** Where the contact can be reached, and what time it is there. */
export function Addresses(props: { contact: Contact; onPatch: (patch: ContactPatch) => void }) {
  const [adding, setAdding] = createSignal<string | null>(null);
  const [wrong, setWrong] = createSignal(false);

  function add() {
    const read = readAddress(adding() ?? "");
    if (!read) return setWrong((adding() ?? "").trim() !== "");
    setAdding(null);
    setWrong(false);
    props.onPatch({ addIdentities: [read] });
  }

  function remove(identity: Identity) {
    props.onPatch({ removeIdentities: [identity.id] });
    const { kind, address } = identity;
    if (kind !== "phone" && kind !== "email") return;
    toast({ text: t("contact.removed", { address }), undo: () => props.onPatch({ addIdentities: [{ kind, address }] }) });
  }

  return (
    <section class={styles["section"]} aria-label={t("contact.reach")}>
      <ul class={styles["addresses"]}>
        <For each={waysToReach(props.contact.identities)}>{(identity) => (
          <li class={styles["address"]}>
            <Show when={channelOf(identity)} fallback={<AtSign size={14} class={styles["quiet"]} aria-hidden="true" />}>{(channel) => <ChannelIcon kind={channel()} size={14} />}</Show>
            <Tooltip text={t("contact.copy", { address: identity.address })}>
              <button type="button" class={styles["copy"]} onClick={() => void navigator.clipboard.writeText(identity.address).then(() => toast({ text: t("contact.copied") }))}>
                <bdi>{shownIdentity(identity)}</bdi>
              </button>
            </Tooltip>
            <Show when={isClaimed(identity)}><small class={styles["quiet"]}>{t("contact.claimed")}</small></Show>
            <Show when={identity.verified}><Tooltip text={t("contact.verified")}><span class={styles["seal"]} tabIndex={0}><BadgeCheck size={14} aria-label={t("contact.verified")} /></span></Tooltip></Show>
            <Show when={identity.kind === "phone" || identity.kind === "email"}>
              <button type="button" class={styles["row-action"]} aria-label={t("contact.remove-address", { address: identity.address })} onClick={() => remove(identity)}><X size={14} /></button>
            </Show>
          </li>
        )}</For>
        <li class={styles["address"]}>
          <Show when={adding() !== null} fallback={<button type="button" class={styles["add-line"]} onClick={() => setAdding("")}><Plus size={14} aria-hidden="true" />{t("contact.add-address")}</button>}>
            <input
              type="text" class={styles["value-input"]} aria-label={t("contact.new-address")} placeholder={t("contact.new-address")} aria-invalid={wrong()} value={adding() ?? ""}
              ref={(input) => queueMicrotask(() => input.focus())} onInput={(event) => { setAdding(event.currentTarget.value); setWrong(false); }}
              onKeyDown={(event) => {
                if (event.key === "Enter" && !event.isComposing) add();
                if (event.key === "Escape") { event.stopPropagation(); setAdding(null); setWrong(false); }
              }}
              onBlur={() => { if ((adding() ?? "").trim() === "") setAdding(null); else add(); }}
            />
            <IconButton label={t("contact.save")} icon={Plus} onClick={add} />
          </Show>
        </li>
      </ul>
      <Show when={wrong()}><p class={styles["wrong"]} role="alert">{t("contact.bad-address")}</p></Show>
      <Show when={isTimeZone(props.contact.timeZone) && props.contact.timeZone}>{(zone) => <LocalTime zone={zone()} />}</Show>
    </section>
  );
}

function LocalTime(props: { zone: string }) {
  const now = useMinute();
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = () => new Intl.DateTimeFormat(undefined, { timeZone: props.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now());
  return (
    <p class={styles["address"]}>
      <Clock size={14} class={styles["quiet"]} aria-hidden="true" />
      <span title={props.zone}>{t(sameClock(props.zone, mine, now()) ? "contact.same-zone" : "contact.local-time", { time: time(), zone: zoneCity(props.zone) })}</span>
    </p>
  );
}
