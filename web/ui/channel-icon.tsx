import { Camera, Mail, MessageCircle, MessageCircleMore, MessageSquareMore, MessageSquareText, Music2, Phone, Star } from "lucide-solid";
import { Dynamic } from "solid-js/web";
import type { ChannelKind } from "../../worker/contract/channel";
import { t } from "../lib/i18n";
import type { Icon } from "./icon";

/** Shape first, colour second. The set has no brands, so these are their nearest plain shapes. */
const GLYPHS: Record<ChannelKind, Icon> = {
  sms: MessageSquareMore, email: Mail, call: Phone, chat: MessageCircle, whatsapp: MessageCircleMore,
  instagram: Camera, messenger: MessageSquareText, google: Star, tiktok: Music2,
};

/** The glyph of a channel in its colour. `named` where no words beside it say which channel it is. */
export function ChannelIcon(props: { kind: ChannelKind; size?: number; named?: boolean }) {
  return (
    <span style={{ color: `var(--ch-${props.kind})`, display: "inline-flex", flex: "none" }} role={props.named ? "img" : undefined} aria-label={props.named ? t(`channel.${props.kind}`) : undefined}>
      <Dynamic component={GLYPHS[props.kind]} size={props.size ?? 16} strokeWidth={(props.size ?? 16) < 16 ? 1.9 : 1.75} aria-hidden="true" />
    </span>
  );
}
