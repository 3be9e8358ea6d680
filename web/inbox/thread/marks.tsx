import { ExternalLink, Forward, Globe, Megaphone, MousePointerClick } from "lucide-solid";
import { Match, Show, Switch } from "solid-js";
import type { Referral } from "../../../worker/contract/content";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { ReviewLine } from "./content/review";
import { Story } from "./content/story";
import { webLink } from "./links";
import content from "./content/content.module.css";

/** What is said about a message above it: what brought them, whether everybody can read it, that it was tapped, which story it is about. */
export function MarksAbove(props: { entry: Entry; side: "in" | "out" }) {
  const comment = () => (props.entry.content?.kind === "comment" ? props.entry.content : undefined);
  const choice = () => (props.entry.content?.kind === "choice" ? props.entry.content : undefined);
  const story = () => (props.entry.content?.kind === "story" ? props.entry.content : undefined);
  const review = () => (props.entry.content?.kind === "review" ? props.entry.content : undefined);
  const isPublic = () => props.side === "out" && connections().find(({ id }) => id === props.entry.connectionId)?.capabilities.public === true;
  return (
    <>
      <Show when={isPublic()}><div class={content["mention"]}><Globe size={14} aria-hidden="true" /><div>{t("thread.public")}</div></div></Show>
      <Show when={props.entry.referral}>{(referral) => <ReferralLine referral={referral()} />}</Show>
      <Show when={props.entry.forwarded}><div class={content["mention"]}><Forward size={14} aria-hidden="true" /><div>{t("thread.forwarded")}</div></div></Show>
      <Switch>
        <Match when={comment()}>{(known) => <div class={content["mention"]} title={t("thread.comment.hint")}><Globe size={14} aria-hidden="true" /><div>{t(`thread.comment.${known().where}`)}</div></div>}</Match>
        <Match when={choice()}>{(known) => <div class={content["mention"]}><MousePointerClick size={14} aria-hidden="true" /><div>{t(`thread.choice.${known().how}`)}</div></div>}</Match>
        <Match when={review()}>{(known) => <ReviewLine review={known()} />}</Match>
        <Match when={story()}>{(known) => <Story story={known()} side={props.side} />}</Match>
      </Switch>
    </>
  );
}

/** What brought the customer here. */
export function ReferralLine(props: { referral: Referral }) {
  const from = () => t(`thread.referral.${props.referral.kind}`);
  const link = () => webLink(props.referral.url);
  const name = () => props.referral.headline || link()?.host || "";
  return (
    <div class={content["mention"]}>
      <Megaphone size={14} aria-hidden="true" />
      <div>
        <span><bdi>{name() ? t("thread.referral.named", { from: from(), headline: name() }) : from()}</bdi></span>
        <Show when={link()}>{(known) => <a class={content["act"]} href={known().href} target="_blank" rel="noopener noreferrer" aria-label={t("thread.linkTo", { what: from(), host: known().host })}>{t("thread.open")}<ExternalLink size={12} aria-hidden="true" /></a>}</Show>
        <Show when={props.referral.ref}>{(ref) => <span class={content["quiet"]}>{t("thread.referral.ref", { ref: ref() })}</span>}</Show>
        <Show when={props.referral.body}>{(body) => <span class={content["blurb"]}><bdi>{body()}</bdi></span>}</Show>
      </div>
    </div>
  );
}
