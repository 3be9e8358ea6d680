import { t } from "../../lib/i18n";
import { AuthPage } from "./page";
import styles from "./auth.module.css";

/** A link without its secret, or one that was used or is too old. */
export function BrokenLink(props: { why: "missing" | "expired" | "failed"; detail?: string }) {
  const text = () => (props.why === "failed" ? props.detail ?? "" : t(`auth.link.${props.why}Text`));
  return (
    <AuthPage title={t(`auth.link.${props.why}`)} text={text()}>
      <p class={styles["foot"]}><a class={styles["link"]} href="/sign-in">{t("auth.toSignIn")}</a></p>
    </AuthPage>
  );
}
