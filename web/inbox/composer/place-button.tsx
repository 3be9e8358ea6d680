import { MapPin } from "lucide-solid";
import { createSignal } from "solid-js";
import type { OutgoingMessage } from "../../lib/outbox";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { Popover } from "../../ui/popover";
import { coordinatesOf, placeText } from "./place";
import styles from "./composer.module.css";

/** How long the device may look for itself. */
const FIND_MS = 10_000;

/** Sends a place on the map: its coordinates typed or pasted, or where this device is. */
export function PlaceButton(props: { disabled: boolean; onSend: (location: NonNullable<OutgoingMessage["location"]>) => void }) {
  const [open, setOpen] = createSignal(false);
  const [name, setName] = createSignal("");
  const [address, setAddress] = createSignal("");
  const [point, setPoint] = createSignal("");
  const [wrong, setWrong] = createSignal<string | null>(null);
  const [finding, setFinding] = createSignal(false);

  function findHere(): void {
    setFinding(true);
    setWrong(null);
    const done = (error: string | null) => { setFinding(false); setWrong(error); };
    if (!("geolocation" in navigator)) return done(t("composer.place.unknown"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { setPoint(placeText(coords)); done(null); },
      () => done(t("composer.place.unknown")), { timeout: FIND_MS });
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const found = coordinatesOf(point());
    if (!found) return void setWrong(t("composer.place.wrong"));
    props.onSend({ ...found, ...(name().trim() && { name: name().trim() }), ...(address().trim() && { address: address().trim() }) });
    setOpen(false);
    for (const empty of [setName, setAddress, setPoint]) empty("");
  }

  return (
    <Popover open={open()} onOpenChange={setOpen} title={t("composer.place")} align="start" trigger={<IconButton label={t("composer.place")} icon={MapPin} disabled={props.disabled} />}>
      <form class={styles["place"]} onSubmit={submit} noValidate>
        <Input label={t("composer.place.point")} value={point()} onInput={setPoint} placeholder="52.5163, 13.3777" error={wrong()} />
        <Button size="s" loading={finding()} onClick={findHere}>{t("composer.place.here")}</Button>
        <Input label={t("composer.place.name")} value={name()} onInput={setName} />
        <Input label={t("composer.place.address")} value={address()} onInput={setAddress} />
        <Button type="submit" variant="primary">{t("composer.place.send")}</Button>
      </form>
    </Popover>
  );
}
