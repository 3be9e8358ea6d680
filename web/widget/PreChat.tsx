import { createSignal, For, Show } from "solid-js";
import type { PreChat as Answers } from "../../worker/contract/widget";
import { useShared } from "./context";
import { Header } from "./Header";

type Key = Exclude<keyof Answers, "consent">;
const KIND: Record<Key, { type: string; complete: string }> = { name: { type: "text", complete: "name" }, email: { type: "email", complete: "email" }, phone: { type: "tel", complete: "tel" } };
const LIMIT: Record<Key, number> = { name: 100, email: 254, phone: 30 };

/** The questions before the first message. The answers travel with it. */
export function PreChat(props: { back(): void; done(answers: Answers): void }) {
  const { chat, language: { words } } = useShared();
  const [answers, setAnswers] = createSignal<Answers>({});
  const [wrong, setWrong] = createSignal<Partial<Record<Key | "consent", string>>>({});

  function submit(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const form = event.currentTarget;
    const found: Partial<Record<Key | "consent", string>> = {};
    const { consentText } = chat.session()!.config;
    for (const { key } of chat.session()!.config.preChat) {
      const { validity } = form.elements.namedItem(key) as HTMLInputElement;
      if (validity.valueMissing) found[key] = words("missing");
      else if (validity.typeMismatch) found[key] = words("notEmail");
    }
    if (consentText && !answers().consent) found.consent = words("agree");
    setWrong(found);
    const first = Object.keys(found)[0];
    if (first) (form.elements.namedItem(first) as HTMLInputElement).focus();
    else props.done(answers());
  }

  return (
    <div class="panel">
      <Header back={() => props.back()} />
      <form class="form" noValidate onSubmit={submit}>
        <div class="before"><h2>{words("beforeTitle")}</h2><p>{words("beforeText")}</p></div>
        <For each={chat.session()!.config.preChat}>
          {({ key, required }) => (
            <div class="field">
              <label for={key}>{words(key)} <Show when={!required}><small>{words("optional")}</small></Show></label>
              <input
                id={key} name={key} type={KIND[key].type} autocomplete={KIND[key].complete} maxLength={LIMIT[key]} required={required} dir="auto"
                aria-invalid={wrong()[key] ? "true" : "false"} aria-describedby={wrong()[key] ? `${key}-wrong` : undefined}
                onInput={({ currentTarget: { value } }) => setAnswers({ ...answers(), [key]: value.trim() || undefined })}
              />
              <Show when={wrong()[key]}><p class="wrong" id={`${key}-wrong`} role="alert">{wrong()[key]}</p></Show>
            </div>
          )}
        </For>
        <Show when={chat.session()!.config.consentText}>
          {(text) => (
            <div class="field">
              <label class="check"><input type="checkbox" name="consent" aria-invalid={wrong().consent ? "true" : "false"} aria-describedby={wrong().consent ? "consent-wrong" : undefined} onChange={({ currentTarget: { checked } }) => setAnswers({ ...answers(), consent: checked || undefined })} /><span dir="auto">{text()}</span></label>
              <Show when={wrong().consent}><p class="wrong" id="consent-wrong" role="alert">{wrong().consent}</p></Show>
            </div>
          )}
        </Show>
        <button type="submit" class="primary">{words("begin")}</button>
      </form>
      <p class="foot">{words("by")}</p>
    </div>
  );
}
