import { useNavigate } from "@solidjs/router";
import { createSignal, Match, Switch } from "solid-js";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Input } from "../../ui/input";
import { BrokenLink } from "./broken-link";
import { createSubmit, MIN_PASSWORD, takeToken } from "./form";
import { AuthPage, Refusal } from "./page";
import styles from "./auth.module.css";

/** A new password with a reset link; the link's secret is behind `#`. */
export function Reset() {
  const token = takeToken();
  const navigate = useNavigate();
  const [password, setPassword] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, problem, sentence, submit } = createSubmit();

  function set(event: SubmitEvent): void {
    event.preventDefault();
    setTried(true);
    if (password().length < MIN_PASSWORD) return;
    void submit(async () => {
      await api.post("/api/auth/reset", { token, password: password() });
      navigate("/sign-in?reset=done", { replace: true });
    });
  }

  return (
    <Switch>
      <Match when={!token}><BrokenLink why="missing" /></Match>
      <Match when={problem()?.code === "expired"}><BrokenLink why="expired" /></Match>
      <Match when={token}>
        <AuthPage title={t("auth.reset")} text={t("auth.reset.text")}>
          <form class={styles["form"]} onSubmit={set} noValidate>
            <Refusal sentence={sentence()} />
            <Input label={t("auth.reset.password")} type="password" name="password" autocomplete="new-password" value={password()} onInput={setPassword} autofocus hint={t("auth.passwordHint")} error={tried() && password().length < MIN_PASSWORD ? t("auth.passwordShort") : null} />
            <Button type="submit" variant="primary" wide loading={busy()}>{t("auth.reset.go")}</Button>
          </form>
        </AuthPage>
      </Match>
    </Switch>
  );
}
