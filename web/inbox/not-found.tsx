import { useNavigate } from "@solidjs/router";
import { Unlink } from "lucide-solid";
import { t } from "../lib/i18n";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

export function NotFound() {
  const navigate = useNavigate();
  return <EmptyState page icon={Unlink} title={t("app.notFound")} text={t("app.notFoundHint")} action={<Button onClick={() => navigate("/")}>{t("app.toInbox")}</Button>} />;
}
