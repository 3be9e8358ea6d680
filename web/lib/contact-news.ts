import { createSignal } from "solid-js";

/** The contacts that somebody has just merged, made two again or told apart; a new list each time. */
const [contactNews, setContactNews] = createSignal<readonly string[]>([]);
export { contactNews };

/** Tells whoever shows one of these contacts to read it anew. */
export const hearOfContacts = (ids: readonly string[]): void => { setContactNews([...ids]); };
