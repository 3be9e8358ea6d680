import { BadgeCheck, Camera, EllipsisVertical, ImagePlus, MapPin, Megaphone, Mic, Plus, SendHorizontal, Share2, ShoppingBag, Smile, UserRound, X } from "lucide-solid";
import { createEffect, createSignal, For, on, onMount, Show } from "solid-js";
import type { PhoneThread, WorldMessage } from "../../api";
import type { AppInboundInput } from "../../meta/inbound";
import { Avatar } from "../../../web/ui/avatar";
import type { Icon } from "../../../web/ui/icon";
import { Menu, type MenuItem } from "../../../web/ui/menu";
import type { Persona } from "../personas";
import { clock, toUploads, type World } from "../world";
import { type App, writerOf } from "./apps";
import { Bubble, inWords } from "./bubble";
import styles from "./chat.module.css";

/** What TikTok lets a business say before the customer writes again. */
const TURN = 10;
const TELL_EVERY_MS = 10_000;
const EMOJI = ["👍", "❤️", "😂", "😮"];
const SHOP = { latitude: 30.2711, longitude: -97.7437, name: "Northside Cycles", address: "410 Barton Springs Rd, Austin" };

/** What of an action is its own; who does it, and to whom, is always the same. */
type Bare<T> = T extends unknown ? Omit<T, "from" | "to" | "name" | "username"> : never;
type Act = Bare<AppInboundInput>;

interface ChatProps { app: App; world: World; persona: Persona; ours: string; thread: PhoneThread | undefined; onProblem: (text: string) => void }

/** A customer's chat with the business in one messenger app. */
export function Chat(props: ChatProps) {
  const [text, setText] = createSignal("");
  const [about, setAbout] = createSignal<{ message: WorldMessage; how: "reply" | "edit" } | null>(null);
  let scroller!: HTMLDivElement;
  let picker!: HTMLInputElement;
  const messages = () => props.thread?.messages ?? [];
  const person = () => props.thread?.person;
  const can = (kind: Act["kind"]) => props.app.can.includes(kind);
  const me = () => writerOf(props.app, props.persona);
  const failing = (work: Promise<unknown>) => void work.catch((error: unknown) => props.onProblem(error instanceof Error ? error.message : String(error)));
  const act = (body: Act) => props.world.app(props.app.provider, { ...body, ...me(), to: props.ours } as AppInboundInput);

  const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; };
  createEffect(on([() => messages().length, () => person()?.typing], () => queueMicrotask(toEnd)));
  // A picture has no height until it has loaded, and says so to itself alone.
  onMount(() => scroller.addEventListener("load", toEnd, true));
  // Whoever has the chat open reads what arrives.
  createEffect(on(() => messages().findLast(({ by, state }) => by === "app" && state === props.app.arrives)?.id, (id) => { if (id !== undefined && !document.hidden) failing(act({ kind: "read" })); }));

  let toldAt = 0;
  /** Apps tell now and then that somebody writes. */
  function tell() {
    if (!can("typing") || text() === "" || Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    failing(act({ kind: "typing" }));
  }

  async function send() {
    const words = text().trim();
    const meant = about();
    if (words === "") return;
    setText("");
    setAbout(null);
    try {
      if (meant?.how === "edit") await act({ kind: "edit", target: meant.message.id, text: words });
      else await act({ kind: "text", text: words, ...(meant && { replyTo: meant.message.id }) });
    } catch (error) {
      setText(words);
      setAbout(meant);
      props.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  async function sendFiles(files: Iterable<File>) {
    const media = await toUploads(files);
    if (props.app.filesAlone) {
      for (const one of media) await act({ kind: "media", media: [one] });
      return;
    }
    const words = text().trim();
    setText("");
    await act({ kind: "media", media, ...(words !== "" && { text: words }) });
  }

  const item = (kind: Act["kind"], label: string, icon: Icon, body: Act): MenuItem[] => (can(kind) ? [{ label, icon, onSelect: () => failing(act(body)) }] : []);
  const attach = (): MenuItem[] => [
    { label: "Picture or file", icon: ImagePlus, onSelect: () => picker.click() },
    ...item("sticker", "Sticker", Smile, { kind: "sticker" }),
    ...item("location", "Location", MapPin, { kind: "location", ...SHOP }),
    ...item("contacts", "Contact card", UserRound, { kind: "contacts", contacts: [{ name: "Sam Okafor", phones: ["+1 512 555 0133"], emails: ["sam.okafor@example.com"] }] }),
    ...item("order", "Order from the catalogue", ShoppingBag, { kind: "order", text: "These two, please", items: [{ id: "LIGHT-SET", quantity: 1, price: 39 }, { id: "BELL", quantity: 2, price: 12 }] }),
    ...(props.app.shares ? item("share", props.app.shares.label, Share2, { kind: "share", what: props.app.shares.what, title: props.app.shares.title }) : item("share", "Share a post", Share2, { kind: "share", what: "post", title: "Spring at Northside", url: "https://northside.example/posts/spring" })),
    ...item("story-reply", "Reply to our story", Camera, { kind: "story-reply", text: "Love this one! Is it still there?" }),
    ...item("story-mention", "Mention us in a story", Camera, { kind: "story-mention" }),
    ...item("comment", "Comment in public", Camera, { kind: "comment", text: "What does the gravel one cost?" }),
    ...item("referral", "Come by our ad", Megaphone, { kind: "referral", referral: { source: "ad", headline: "Spring sale", ref: "spring" } }),
  ];

  const change = (edit: { blocked?: boolean; hidesPhone?: boolean; isEuropean?: boolean; capable?: boolean }) => failing(props.world.person(props.app.provider, { from: me().from, ...edit }));
  const settings = (): MenuItem[] => [
    ...(can("typing") ? [{ label: person()?.hasNoRcs ? "Turn RCS on" : "Turn RCS off", onSelect: () => change({ capable: person()?.hasNoRcs === true }) }]
      : [{ label: person()?.blocked ? "Unblock this business" : "Block this business", danger: !person()?.blocked, onSelect: () => change({ blocked: !person()?.blocked }) }]),
    ...(can("identity-change") ? [{ label: person()?.hidesPhone ? "Show them my number" : "Show them my username only", onSelect: () => change({ hidesPhone: !person()?.hidesPhone }) }] : []),
    ...(person()?.left !== undefined ? [{ label: person()?.isEuropean ? "Move out of Europe" : "Move to Europe", onSelect: () => change({ isEuropean: !person()?.isEuropean }) }] : []),
    ...(can("preference") ? [{ label: `${person()?.marketing === false ? "Allow" : "Stop"} ${props.app.stops ?? "promotions"}`, onSelect: () => failing(act({ kind: "preference", value: person()?.marketing === false ? "resume" : "stop" })) }] : []),
    ...(can("identity-change") ? [{ label: "Move to a new phone", onSelect: () => failing(act({ kind: "identity-change" })) }] : []),
  ];

  const actionsOf = (message: WorldMessage): MenuItem[] => [
    ...(can("reaction") ? EMOJI.map((emoji) => ({ label: `React ${emoji}`, onSelect: () => failing(act({ kind: "reaction", target: message.id, emoji })) })) : []),
    ...(message.app?.reactions?.some(({ by }) => by === "customer") ? [{ label: "Take the reaction away", onSelect: () => failing(act({ kind: "reaction", target: message.id, emoji: null })) }] : []),
    ...(props.app.quotes === false ? [] : ["separator" as const, { label: "Reply", onSelect: () => setAbout({ message, how: "reply" as const }) }]),
    ...(message.by === "customer" && message.text !== "" && can("edit") ? [{ label: "Edit", onSelect: () => { setAbout({ message, how: "edit" }); setText(message.text); } }] : []),
    ...(message.by === "customer" && can("delete") ? [{ label: "Unsend", danger: true, onSelect: () => failing(act({ kind: "delete", target: message.id })) }] : []),
  ];

  function tap(message: WorldMessage, { kind, text: label, payload }: NonNullable<NonNullable<WorldMessage["app"]>["buttons"]>[number]) {
    if (kind === "link") return window.open(payload, "_blank", "noopener");
    const chosen = { text: label, target: message.id, ...(payload !== undefined && { payload }) };
    return failing(act({ kind: kind === "postback" ? "button" : kind, ...chosen }));
  }

  const subtitle = () => {
    const known = person();
    if (known?.typing) return "typing…";
    if (known?.blocked) return "You have blocked this business";
    if (known?.hasNoRcs) return "RCS is off on this phone";
    if (known?.isEuropean) return "In Europe: they cannot read this";
    if (!known?.windowEndsAt) return "Business account";
    return new Date(known.windowEndsAt) > props.world.time() ? `They may answer until ${clock(known.windowEndsAt)}` : "Their time to answer is over";
  };

  return (
    <>
      <div class={styles["head"]}>
        <Avatar name="Northside Cycles" kind="contact" size={28} />
        <div class={styles["grow"]}><b>Northside Cycles <BadgeCheck size={12} class={styles["badge"]} aria-label="verified" /></b><small aria-live="polite">{subtitle()}</small></div>
        <Menu trigger={<button type="button" class={styles["icon"]} aria-label="About this chat"><EllipsisVertical size={16} /></button>} items={settings()} />
      </div>
      <div class={styles["messages"]} ref={(element) => { scroller = element; }} tabindex="0" role="log" aria-label={`${props.app.name} messages`}>
        <For each={messages()} fallback={<p class={styles["nothing"]}>Write the first message.</p>}>{(message) => (
          <Bubble message={message} quoted={messages().find(({ id }) => id === message.app?.replyTo)} actions={actionsOf(message)} onTap={(button) => tap(message, button)} />
        )}</For>
        <Show when={person()?.typing}><span class={styles["typing"]} aria-hidden="true"><i /><i /><i /></span></Show>
      </div>
      <Show when={person()?.left}>{(left) => (
        <div class={styles["quota"]} role="meter" aria-label="Answers left" aria-valuemin={0} aria-valuemax={TURN} aria-valuenow={left()}><i style={{ "inline-size": `${(left() / TURN) * 100}%` }} /><span>{left()} of {TURN} answers left until you write</span></div>
      )}</Show>
      <Show when={person()?.left === 0 && person()?.windowEndsAt}><div class={styles["quota"]}><span>No answers left until you write</span></div></Show>
      <Show when={about()}>{(meant) => <p class={styles["about"]}><span><b>{meant().how === "edit" ? "Editing" : "Answering"}</b> {inWords(meant().message)}</span><button type="button" class={styles["icon"]} aria-label="Never mind" onClick={() => { if (meant().how === "edit") setText(""); setAbout(null); }}><X size={14} /></button></p>}</Show>
      <form class={styles["write"]} onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <input ref={(element) => { picker = element; }} type="file" multiple hidden onChange={(event) => { failing(sendFiles([...(event.currentTarget.files ?? [])])); event.currentTarget.value = ""; }} />
        <Menu trigger={<button type="button" class={styles["icon"]} aria-label="Attach"><Plus size={18} /></button>} items={attach()} />
        <input type="text" aria-label="Message" placeholder="Message" value={text()} onInput={(event) => { setText(event.currentTarget.value); tell(); }} />
        <Show when={text().trim() !== ""} fallback={<button type="button" class={styles["icon"]} aria-label="Voice note" disabled={!can("voice")} onClick={() => failing(act({ kind: "voice" }))}><Mic size={18} /></button>}>
          <button type="submit" class={styles["icon"]} aria-label="Send"><SendHorizontal size={18} /></button>
        </Show>
      </form>
    </>
  );
}
