import { useNavigate } from "@solidjs/router";
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import type { InvitationPreview } from "../../../worker/contract/account";
import { api, ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Input } from "../../ui/input";
import { BrokenLink } from "./broken-link";
import { createSubmit, MIN_PASSWORD, takeToken } from "./form";
import { AuthPage, Refusal } from "./page";
import styles from "./auth.module.css";

/** Accepting an invitation; the link's secret is behind `#`. */
export function Invite() {
  const token = takeToken();
  const [preview, setPreview] = createSignal<InvitationPreview | null>(null);
  const [broken, setBroken] = createSignal<ApiProblem | null>(null);
  onMount(() => void open());

  async function open(): Promise<void> {
    if (!token) return;
    try {
      setPreview(await api.post<InvitationPreview>("/api/auth/invitation", { token }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setBroken(error);
    }
  }

  return (
    <Switch fallback={<AuthPage title={t("auth.invite.opening")} />}>
      <Match when={!token}><BrokenLink why="missing" /></Match>
      <Match when={broken()}>{(problem) => <BrokenLink why={problem().code === "expired" ? "expired" : "failed"} detail={problem().detail} />}</Match>
      <Match when={preview()}>{(known) => <AcceptForm token={token!} preview={known()} />}</Match>
    </Switch>
  );
}

function AcceptForm(props: { token: string; preview: InvitationPreview }) {
  const navigate = useNavigate();
  const [name, setName] = createSignal(props.preview.name ?? "");
  const [password, setPassword] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, sentence, submit } = createSubmit();
  const passwordProblem = () => (password().length >= MIN_PASSWORD ? null : t(props.preview.known ? "auth.passwordNeeded" : "auth.passwordShort"));

  function accept(event: SubmitEvent): void {
    event.preventDefault();
    setTried(true);
    if (!name().trim() || passwordProblem()) return;
    void submit(async () => {
      await api.post("/api/auth/accept", { token: props.token, name: name().trim(), password: password() });
      navigate("/", { replace: true });
    });
  }

  return (
    <AuthPage title={t("auth.invite", { account: props.preview.accountName })} text={t("auth.invite.text", { email: props.preview.email })}>
      <form class={styles["form"]} onSubmit={accept} noValidate>
        <Refusal sentence={sentence()} />
        <Show when={props.preview.known}><p class={styles["text"]}>{t("auth.invite.known")}</p></Show>
        {/* Password managers keep the password under this name. */}
        <input type="hidden" name="email" autocomplete="username" value={props.preview.email} />
        <Input label={t("auth.name")} name="name" autocomplete="name" value={name()} onInput={setName} maxLength={80} autofocus error={tried() && !name().trim() ? t("auth.nameNeeded") : null} />
        <Input
          label={t("auth.password")} type="password" name="password" autocomplete={props.preview.known ? "current-password" : "new-password"} value={password()} onInput={setPassword}
          hint={props.preview.known ? undefined : t("auth.passwordHint")} error={tried() ? passwordProblem() : null}
        />
        <Button type="submit" variant="primary" wide loading={busy()}>{t("auth.invite.go")}</Button>
      </form>
    </AuthPage>
  );
}
