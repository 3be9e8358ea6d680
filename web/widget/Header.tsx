import ArrowLeft from "lucide-solid/icons/arrow-left";
import Bell from "lucide-solid/icons/bell";
import BellOff from "lucide-solid/icons/bell-off";
import X from "lucide-solid/icons/x";
import { Show, type JSX } from "solid-js";
import { initials, useShared } from "./context";

export function CloseButton() {
  const { close, language: { words } } = useShared();
  return <button type="button" class="icon" aria-label={words("close")} title={words("close")} onClick={close}><X size={20} /></button>;
}

/** The business's own picture, where it has one. */
export function Logo() {
  const { chat } = useShared();
  return <Show when={chat.session()!.config.logo}>{(url) => <img class="logo" src={url()} alt="" />}</Show>;
}

/** The bar above the thread and the form. */
export function Header(props: { back(): void; sound?: { on: boolean; toggle(): void }; menu?: JSX.Element }) {
  const { chat, language: { words } } = useShared();
  const colleague = () => chat.thread().messages.findLast(({ mine }) => !mine)?.author;
  const config = () => chat.session()!.config;
  const label = () => words(props.sound?.on ? "soundOff" : "soundOn");
  return (
    <header class="head bar">
      <button type="button" class="icon" aria-label={words("back")} title={words("back")} onClick={() => props.back()}><ArrowLeft size={20} class="to-back" /></button>
      <Show when={!colleague() && config().logo} fallback={<span class="avatar" aria-hidden="true">{initials(colleague() || config().name)}</span>}><Logo /></Show>
      <div class="grow">
        <h1>{colleague() || config().name}</h1>
        <p classList={{ off: !config().online }}>{colleague() ? config().name : words(config().online ? "onlineShort" : "away")}</p>
      </div>
      {props.sound && <button type="button" class="icon" aria-label={label()} title={label()} aria-pressed={props.sound.on} onClick={() => props.sound!.toggle()}>{props.sound.on ? <Bell size={18} /> : <BellOff size={18} />}</button>}
      {props.menu}
      <CloseButton />
    </header>
  );
}
