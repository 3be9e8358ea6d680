import { createSignal, Show } from "solid-js";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Input } from "../../ui/input";
import { createSubmit, looksLikeEmail } from "./form";
import { AuthPage, Refusal } from "./page";
import styles from "./auth.module.css";

/** Asks for a reset link. What it says is the same whether or not there is such a person. */
export function Forgot() {
  const [email, setEmail] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const [sent, setSent] = createSignal(false);
  const { busy, sentence, submit } = createSubmit();

  function ask(event: SubmitEvent): void {
    event.preventDefault();
    setTried(true);
    if (!looksLikeEmail(email())) return;
    void submit(async () => {
      await api.post("/api/auth/reset-request", { email: email().trim() });
      setSent(true);
    });
  }

  return (
    <AuthPage title={t(sent() ? "auth.forgot.sent" : "auth.forgot")} text={sent() ? t("auth.forgot.sentText", { email: email().trim() }) : t("auth.forgot.text")}>
      <Show when={!sent()}>
        <form class={styles["form"]} onSubmit={ask} noValidate>
          <Refusal sentence={sentence()} />
          <Input label={t("auth.email")} type="email" name="email" autocomplete="username" value={email()} onInput={setEmail} autofocus error={tried() && !looksLikeEmail(email()) ? t("auth.emailNeeded") : null} />
          <Button type="submit" variant="primary" wide loading={busy()}>{t("auth.forgot.go")}</Button>
        </form>
      </Show>
      <p class={styles["foot"]}><a class={styles["link"]} href="/sign-in">{t("auth.toSignIn")}</a></p>
    </AuthPage>
  );
}
