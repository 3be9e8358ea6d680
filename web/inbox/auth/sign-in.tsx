import { useNavigate, useSearchParams } from "@solidjs/router";
import { CircleCheck, TriangleAlert } from "lucide-solid";
import { createSignal, For, onMount, Show } from "solid-js";
import type { AuthState } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Input } from "../../ui/input";
import { createSubmit, looksLikeEmail } from "./form";
import { AuthPage, Refusal } from "./page";
import styles from "./auth.module.css";

export function SignIn() {
  const navigate = useNavigate();
  const [params] = useSearchParams<{ next?: string; reset?: string }>();
  const [demo, setDemo] = createSignal<AuthState["demo"]>(null);
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, sentence, submit } = createSubmit();

  // Not waited for: the form stands at once, whatever else there is to say.
  onMount(() => void api.get<AuthState>("/api/auth/state").then((state) => setDemo(state.demo), () => undefined));

  const enter = (as: { email: string; password: string }) => submit(async () => {
    await api.post("/api/auth/sign-in/email", as);
    navigate(ownPath(params.next), { replace: true });
  });
  function trySignIn(event: SubmitEvent): void {
    event.preventDefault();
    setTried(true);
    if (looksLikeEmail(email()) && password()) void enter({ email: email().trim(), password: password() });
  }

  return (
    <AuthPage title={t("auth.signIn")} text={t("auth.signIn.text")}>
      <form class={styles["form"]} onSubmit={trySignIn} noValidate>
        <Show when={params.reset}><p class={styles["done"]} role="status"><CircleCheck size={16} strokeWidth={1.75} aria-hidden="true" />{t("auth.signIn.afterReset")}</p></Show>
        <Refusal sentence={sentence()} />
        <Input label={t("auth.email")} type="email" name="email" autocomplete="username" value={email()} onInput={setEmail} autofocus error={tried() && !looksLikeEmail(email()) ? t("auth.emailNeeded") : null} />
        <Input label={t("auth.password")} type="password" name="password" autocomplete="current-password" value={password()} onInput={setPassword} error={tried() && !password() ? t("auth.passwordNeeded") : null} />
        <Button type="submit" variant="primary" wide loading={busy()}>{t("auth.signIn")}</Button>
      </form>
      <p class={styles["foot"]}><a class={styles["link"]} href="/forgot">{t("auth.signIn.forgot")}</a></p>
      <Show when={demo()}>{(known) => (
        <section class={styles["demo"]}>
          <p class={styles["warning"]}><TriangleAlert size={16} strokeWidth={1.75} aria-hidden="true" /><span><b>{t("auth.demo")}</b>{t("auth.demo.text")}</span></p>
          <div class={styles["people"]}>
            <For each={known().members}>{(member) => <Button onClick={() => void enter({ email: member.email, password: known().password })}>{t(`auth.role.${member.role}`)}</Button>}</For>
          </div>
        </section>
      )}</Show>
    </AuthPage>
  );
}

/** Only a path of our own: a link must not send somebody who has just signed in elsewhere. */
export const ownPath = (next: string | undefined): string => (next && /^\/(?![/\\])/.test(next) ? next : "/");
