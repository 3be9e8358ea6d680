import { Camera, Paperclip } from "lucide-solid";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import type { Uploads } from "./uploads";
import styles from "./composer.module.css";

/** Files from the disk, and on phones straight from the camera. */
export function AttachButtons(props: { uploads: Uploads }) {
  let picker!: HTMLInputElement;
  let camera!: HTMLInputElement;
  const chosen = (event: Event & { currentTarget: HTMLInputElement }) => {
    props.uploads.add(event.currentTarget.files ?? []);
    // So that the same file can be chosen again.
    event.currentTarget.value = "";
  };
  return (
    <>
      <input ref={(element) => { picker = element; }} type="file" multiple hidden onChange={chosen} />
      <input ref={(element) => { camera = element; }} type="file" accept="image/*" capture="environment" hidden onChange={chosen} />
      <IconButton label={t("composer.attach")} icon={Paperclip} onClick={() => picker.click()} />
      <span class={styles["camera"]}><IconButton label={t("composer.camera")} icon={Camera} onClick={() => camera.click()} /></span>
    </>
  );
}
