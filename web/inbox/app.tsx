import { Router } from "@solidjs/router";
import { ErrorBoundary, Suspense } from "solid-js";
import { t } from "../lib/i18n";
import { ErrorState } from "../ui/error-state";
import { Toasts } from "../ui/toast";
import { routes } from "./routes";

/** The whole inbox application, from the address bar down. */
export function App() {
  return (
    <Router
      root={(props) => (
        <>
          <ErrorBoundary fallback={(error, reset) => { console.error(error); return <main><ErrorState page title={t("app.failed")} text={t("app.failedHint")} onRetry={reset} /></main>; }}>
            <Suspense>{props.children}</Suspense>
          </ErrorBoundary>
          <Toasts />
        </>
      )}
    >
      {routes}
    </Router>
  );
}
