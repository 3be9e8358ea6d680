import { Check, CheckCheck, CircleAlert, Ellipsis, Link2, MapPin, UserRound } from "lucide-solid";
import { For, Match, Show, Switch } from "solid-js";
import type { Media, WorldMessage } from "../../api";
import { Menu, type MenuItem } from "../../../web/ui/menu";
import { clock } from "../world";
import styles from "./chat.module.css";

/** What one says of a message that has no words. */
const NAMELESS: Readonly<Record<string, string>> = { voice: "Voice note", sticker: "Sticker", media: "Picture", location: "Location", "story-mention": "Story mention", share: "Post", reaction: "Reaction" };
export const inWords = (message: WorldMessage): string => message.text || message.media[0]?.name || (NAMELESS[message.app?.kind ?? ""] ?? "Message");

const SEEN: readonly string[] = ["read", "played"];
const LOST: readonly string[] = ["failed", "TTL_EXPIRATION_REVOKED"];
const UNDERWAY: readonly string[] = ["accepted", "sent", "SENT"];

interface BubbleProps { message: WorldMessage; quoted: WorldMessage | undefined; actions: readonly MenuItem[]; onTap: (button: NonNullable<NonNullable<WorldMessage["app"]>["buttons"]>[number]) => void }

/** A message as the customer's app shows it. */
export function Bubble(props: BubbleProps) {
  const own = () => props.message.by === "customer";
  const app = () => props.message.app;
  const lone = () => (app()?.kind === "sticker" && !app()?.deleted);
  return (
    <div class={styles["row"]} classList={{ [styles["ownRow"]!]: own() }}>
      <div class={styles["bubble"]} classList={{ [styles["own"]!]: own(), [styles["lone"]!]: lone() }}>
        <Show when={!app()?.deleted} fallback={<i class={styles["gone"]}>{own() ? "You unsent this message" : "This message was unsent"}</i>}>
          <Show when={props.quoted}>{(quoted) => <blockquote class={styles["quote"]}><b>{quoted().by === "customer" ? "You" : "Northside Cycles"}</b><span>{inWords(quoted())}</span></blockquote>}</Show>
          <Show when={app()?.header}>{(header) => <strong class={styles["header"]} dir="auto">{header()}</strong>}</Show>
          <For each={props.message.media}>{(file) => <File file={file} isSticker={lone()} />}</For>
          <Show when={app()?.link}>{(link) => <a class={styles["card"]} href={link().url} target="_blank" rel="noopener"><Link2 size={14} aria-hidden="true" />{link().title}</a>}</Show>
          <Show when={app()?.location}>{(place) => (
            <span class={styles["place"]}><MapPin size={18} aria-hidden="true" /><span><b>{place().name ?? "Pinned place"}</b><small>{place().address ?? `${place().latitude.toFixed(4)}, ${place().longitude.toFixed(4)}`}</small></span></span>
          )}</Show>
          <For each={app()?.contacts}>{(card) => <span class={styles["place"]}><UserRound size={18} aria-hidden="true" /><span><b>{card.name}</b><small>{card.phones.join(", ")}</small></span></span>}</For>
          <Show when={!app()?.location && !app()?.contacts && !lone()}><span dir="auto">{props.message.text}</span></Show>
          <Show when={lone() && props.message.media.length === 0}><span class={styles["heart"]}>{props.message.text}</span></Show>
          <Show when={app()?.footer}>{(footer) => <span class={styles["footer"]} dir="auto">{footer()}</span>}</Show>
        </Show>
        <small class={styles["meta"]} title={`${props.message.state}${props.message.code ? ` ${props.message.code}` : ""}`}>
          <Show when={(app()?.edits ?? 0) > 0 && !app()?.deleted}>Edited </Show>{clock(props.message.at)}
          <Show when={own()}><Switch fallback={<CheckCheck size={12} aria-label="delivered" />}><Match when={SEEN.includes(props.message.state)}><CheckCheck size={12} class={styles["seen"]} aria-label="read" /></Match></Switch></Show>
          <Show when={!own() && LOST.includes(props.message.state)}><CircleAlert size={12} aria-label={`never arrived: ${props.message.code ?? ""}`} /></Show>
          <Show when={!own() && UNDERWAY.includes(props.message.state)}><Check size={12} aria-label="on its way" /></Show>
        </small>
        <Show when={(app()?.buttons?.length ?? 0) > 0 && !app()?.deleted}>
          <span class={styles["ask"]}><For each={app()?.buttons}>{(button) => <button type="button" onClick={() => props.onTap(button)}>{button.text}</button>}</For></span>
        </Show>
        <Show when={(app()?.reactions?.length ?? 0) > 0}><span class={styles["reactions"]}><For each={app()?.reactions}>{(one) => <span title={one.by === "app" ? "Northside Cycles" : "You"}>{one.emoji}</span>}</For></span></Show>
      </div>
      <Show when={!app()?.deleted && props.actions.length > 0}><Menu trigger={<button type="button" class={styles["more"]} aria-label={`More for: ${inWords(props.message)}`}><Ellipsis size={14} /></button>} items={props.actions} /></Show>
    </div>
  );
}

function File(props: { file: Media; isSticker: boolean }) {
  return (
    <Switch fallback={<a class={styles["card"]} href={props.file.url} target="_blank" rel="noopener">{props.file.name}</a>}>
      <Match when={props.file.url !== "" && props.file.type.startsWith("image/")}><img classList={{ [styles["sticker"]!]: props.isSticker }} src={props.file.url} alt={props.file.name} /></Match>
      <Match when={props.file.url !== "" && props.file.type.startsWith("audio/")}><audio controls preload="metadata" src={props.file.url} aria-label={props.file.name} /></Match>
      <Match when={props.file.url !== "" && props.file.type.startsWith("video/")}><video controls preload="metadata" src={props.file.url} aria-label={props.file.name} /></Match>
    </Switch>
  );
}
