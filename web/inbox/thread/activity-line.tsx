import { ArrowLeftRight, Bell, BellOff, EyeOff, FileCheck, Gauge, Globe, Hand, IdCard, Info, LogOut, Mail, Megaphone, MessageCircle, MousePointerClick, Pencil, PhoneCall, ShieldCheck, Star } from "lucide-solid";
import { Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import type { Icon } from "../../ui/icon";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { useEntryContext } from "./entry-context";
import { ReferralLine } from "./marks";
import { sentenceOf } from "./system-line";
import styles from "./entry.module.css";

/** What an event looks like. One that is not listed is told in its words all the same. */
const GLYPHS: Readonly<Record<string, Icon>> = {
  consent: BellOff, "suspected-opt-out": Hand, unsupported: EyeOff, referral: Megaphone, handover: ArrowLeftRight, identity: IdCard,
  "call-permission": PhoneCall, quality: Gauge, postback: MousePointerClick, "chat-opened": MessageCircle, optin: Bell, "security-code-changed": ShieldCheck, "edit-lost": Pencil,
  rating: Star, "chat-ended": LogOut, transcript: Mail, "site-event": Globe, agreed: FileCheck,
};

/** Something a customer did that is no message: one line with a round icon. */
export function ActivityLine(props: { entry: Entry }) {
  const { goTo } = useEntryContext();
  const icon = (): Icon => {
    const { event } = props.entry;
    if (event?.type === "consent" && event.data["state"] === "active") return Bell;
    return (event && Object.hasOwn(GLYPHS, event.type) ? GLYPHS[event.type] : undefined) ?? Info;
  };
  const about = () => {
    const entryId = props.entry.event?.data["entryId"];
    return typeof entryId === "string" ? entryId : undefined;
  };

  async function show(entryId: string): Promise<void> {
    if (!await goTo(entryId)) toast({ text: t("thread.quote.gone") });
  }

  return (
    <div class={styles["activity"]}>
      <span class={styles["activity-icon"]}><Dynamic component={icon()} size={14} aria-hidden="true" /></span>
      <div class={styles["activity-words"]}>
        <bdi>{sentenceOf(props.entry)}</bdi>
        <Show when={about()}>{(entryId) => <> <button type="button" class={styles["act"]} onClick={() => void show(entryId())}>{t("thread.event.show")}</button></>}</Show>
        <Show when={props.entry.referral}>{(referral) => <ReferralLine referral={referral()} />}</Show>
      </div>
      <span class={styles["activity-when"]}><Show when={props.entry.channel}>{(channel) => <ChannelIcon kind={channel()} size={12} named />}</Show><Time at={props.entry.at} format="clock" /></span>
    </div>
  );
}
