import Star from "lucide-solid/icons/star";
import { createSignal, For, Show } from "solid-js";
import { useShared } from "./context";
import { Header } from "./Header";

const STARS = [1, 2, 3, 4, 5];
const MAX_COMMENT = 1_000;

/** How it was: asked when the chat is over. */
export function Rating(props: { back(): void; done(stars: number): void }) {
  const { chat, language: { words } } = useShared();
  const [stars, setStars] = createSignal(0);
  const [comment, setComment] = createSignal("");
  const [state, setState] = createSignal<"asking" | "busy" | "failed" | "done">("asking");

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (stars() === 0 || state() === "busy") return;
    setState("busy");
    const answer = await chat.act({ type: "rating", stars: stars(), comment: comment().trim() });
    setState(answer.ok ? "done" : "failed");
    if (answer.ok) props.done(stars());
  }

  return (
    <div class="panel">
      <Header back={() => props.back()} />
      <Show when={state() !== "done"} fallback={<Thanks text={words("thanks")} back={() => props.back()} />}>
        <form class="form" onSubmit={(event) => void submit(event)}>
          <fieldset class="stars">
            <legend>{words("rate")}</legend>
            <For each={STARS}>{(value) => (
              <label classList={{ on: value <= stars() }}>
                <input class="unseen" type="radio" name="stars" value={value} checked={stars() === value} onChange={() => setStars(value)} />
                <span class="unseen">{words("stars", String(value))}</span><Star size={32} aria-hidden="true" />
              </label>
            )}</For>
          </fieldset>
          <div class="field">
            <label for="comment">{words("comment")} <small>{words("optional")}</small></label>
            <textarea id="comment" rows={4} maxLength={MAX_COMMENT} dir="auto" value={comment()} onInput={({ currentTarget: { value } }) => setComment(value)} />
          </div>
          <Show when={state() === "failed"}><p class="wrong" role="alert">{words("unavailable")}</p></Show>
          <button type="submit" class="primary" disabled={stars() === 0 || state() === "busy"}>{words("sendRating")}</button>
        </form>
      </Show>
      <p class="foot">{words("by")}</p>
    </div>
  );
}

/** Where the words of the chat are mailed to. */
export function Transcript(props: { back(): void }) {
  const { chat, language: { words } } = useShared();
  const [email, setEmail] = createSignal("");
  const [wrong, setWrong] = createSignal("");
  const [state, setState] = createSignal<"asking" | "busy" | "done">("asking");

  async function submit(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const { validity } = event.currentTarget.elements.namedItem("email") as HTMLInputElement;
    if (!validity.valid) return setWrong(words(validity.valueMissing ? "missing" : "notEmail"));
    setState("busy");
    const answer = await chat.transcript(email().trim());
    setState(answer.ok ? "done" : "asking");
    // Why not, in the words of the widget's languages where they have some.
    setWrong(answer.ok ? "" : answer.reason === "unanswered" ? words("noAnswer") : answer.reason === "repeated" ? words("mailedBefore") : words("unavailable"));
  }

  return (
    <div class="panel">
      <Header back={() => props.back()} />
      <Show when={state() !== "done"} fallback={<Thanks text={words("mailed", email())} back={() => props.back()} />}>
        <form class="form" noValidate onSubmit={(event) => void submit(event)}>
          <div class="before"><h2>{words("transcript")}</h2><p>{words("transcriptText")}</p></div>
          <div class="field">
            <label for="email">{words("email")}</label>
            <input id="email" name="email" type="email" autocomplete="email" required maxLength={254} dir="auto" aria-invalid={wrong() ? "true" : "false"} aria-describedby={wrong() ? "email-wrong" : undefined} value={email()} onInput={({ currentTarget: { value } }) => setEmail(value)} />
            <Show when={wrong()}><p class="wrong" id="email-wrong" role="alert">{wrong()}</p></Show>
          </div>
          <button type="submit" class="primary" disabled={state() === "busy"}>{words("sendTranscript")}</button>
        </form>
      </Show>
      <p class="foot">{words("by")}</p>
    </div>
  );
}

function Thanks(props: { text: string; back(): void }) {
  const { language: { words } } = useShared();
  return <div class="centre" role="status"><div class="thanks"><p>{props.text}</p><button type="button" class="primary" ref={(element) => queueMicrotask(() => element.focus())} onClick={() => props.back()}>{words("back")}</button></div></div>;
}
