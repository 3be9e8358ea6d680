import { createSignal } from "solid-js";
import type { PictureSender } from "../../worker/contract/mail";
import { api } from "./api";

/** Whose pictures from the web we always see, by address; null while nothing has changed since the mails were read, which say it themselves. */
const [pictureSenders, setPictureSenders] = createSignal<ReadonlySet<string> | null>(null);
export { pictureSenders };

/** After a change here or in another browser. */
export async function readPictureSenders(): Promise<void> {
  const { items } = await api.get<{ items: PictureSender[] }>("/api/v1/picture-senders");
  setPictureSenders(new Set(items.map(({ address }) => address)));
}

/** What the server says with a mail is newer than what was heard before, maybe long before. */
export function heardOfPictures(address: string, isRemembered: boolean): void {
  const known = pictureSenders();
  if (!known || known.has(address) === isRemembered) return;
  setPictureSenders(new Set(isRemembered ? [...known, address] : [...known].filter((one) => one !== address)));
}

/** Another member may sign in here. */
export const forgetPictureSenders = (): void => { setPictureSenders(null); };
