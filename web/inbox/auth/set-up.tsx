import { useNavigate } from "@solidjs/router";
import { createSignal } from "solid-js";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Input } from "../../ui/input";
import { createSubmit, looksLikeEmail, MIN_PASSWORD } from "./form";
import { AuthPage, Refusal } from "./page";
import styles from "./auth.module.css";

/** The first account of an installation. The server closes this for good once it was used. */
export function SetUp() {
  const navigate = useNavigate();
  const [accountName, setAccountName] = createSignal("");
  const [name, setName] = createSignal("");
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, problem, sentence, submit } = createSubmit();
  const isClosed = () => problem()?.code === "already-set-up";
  const missing = (when: boolean, sentenceOf: string) => (tried() && when ? sentenceOf : null);

  function create(event: SubmitEvent): void {
    event.preventDefault();
    setTried(true);
    if (!accountName().trim() || !name().trim() || !looksLikeEmail(email()) || password().length < MIN_PASSWORD) return;
    void submit(async () => {
      await api.post("/api/auth/set-up", { accountName: accountName().trim(), name: name().trim(), email: email().trim(), password: password() });
      navigate("/", { replace: true });
    });
  }

  return (
    <AuthPage title={t("auth.setUp")} text={t("auth.setUp.text")}>
      <form class={styles["form"]} onSubmit={create} noValidate>
        <Refusal sentence={isClosed() ? t("auth.setUp.done") : sentence()} />
        <Input label={t("auth.setUp.account")} name="organization" autocomplete="organization" value={accountName()} onInput={setAccountName} maxLength={80} autofocus error={missing(!accountName().trim(), t("auth.setUp.accountNeeded"))} />
        <Input label={t("auth.name")} name="name" autocomplete="name" value={name()} onInput={setName} maxLength={80} error={missing(!name().trim(), t("auth.nameNeeded"))} />
        <Input label={t("auth.email")} type="email" name="email" autocomplete="username" value={email()} onInput={setEmail} error={missing(!looksLikeEmail(email()), t("auth.emailNeeded"))} />
        <Input label={t("auth.password")} type="password" name="password" autocomplete="new-password" value={password()} onInput={setPassword} hint={t("auth.passwordHint")} error={missing(password().length < MIN_PASSWORD, t("auth.passwordShort"))} />
        <Button type="submit" variant="primary" wide loading={busy()}>{t("auth.setUp.go")}</Button>
      </form>
      {isClosed() && <p class={styles["foot"]}><a class={styles["link"]} href="/sign-in">{t("auth.toSignIn")}</a></p>}
    </AuthPage>
  );
}
