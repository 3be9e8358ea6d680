import { useLocation, useNavigate, type RouteSectionProps } from "@solidjs/router";
import { createEffect, createSignal, Match, onMount, Switch } from "solid-js";
import type { AuthState } from "../../worker/contract/account";
import { api, ApiProblem } from "../lib/api";
import { addWords, t } from "../lib/i18n";
import { en } from "../lib/locales/en";
import { isSignedOut, me, start } from "../lib/me";
import { ErrorState } from "../ui/error-state";
import { Shell } from "./shell";

addWords(en);

/** Lets in who is signed in; sends everybody else to the page where they can. */
export function Gate(props: RouteSectionProps) {
  const navigate = useNavigate();
  const location = useLocation();
  const [problem, setProblem] = createSignal<ApiProblem | null>(null);

  async function open(): Promise<void> {
    setProblem(null);
    try {
      await start();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (!isSignedOut()) setProblem(error);
    }
  }

  async function leave(): Promise<void> {
    const from = `${location.pathname}${location.search}`;
    const state = await api.get<AuthState>("/api/auth/state").catch(() => null);
    if (state && !state.setUp) navigate("/set-up", { replace: true });
    else navigate(from === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ next: from }).toString()}`, { replace: true });
  }

  onMount(() => void open());
  createEffect(() => { if (isSignedOut()) void leave(); });

  return (
    <Switch>
      <Match when={me()}><Shell>{props.children}</Shell></Match>
      <Match when={problem()}>{(known) => <main><ErrorState page title={t("app.startFailed")} text={known().detail} onRetry={() => void open()} /></main>}</Match>
    </Switch>
  );
}
