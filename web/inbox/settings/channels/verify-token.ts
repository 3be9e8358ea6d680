import type { ProviderField } from "./providers";

/** The one secret that is made up by us: the provider repeats it when it first calls, so it has to be entered there too. */
const KEY = "verifyToken";
/** Written out as hex: nobody guesses it, and it survives any form. */
const BYTES = 16;

export const isVerifyToken = ({ key }: Pick<ProviderField, "key">): boolean => key === KEY;
const hasVerifyToken = (fields: readonly ProviderField[]): boolean => fields.some(isVerifyToken);

const newVerifyToken = (): string => [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a connect form starts with for it, if the provider asks for one. */
export const startOf = (fields: readonly ProviderField[]): Record<string, string> => (hasVerifyToken(fields) ? { [KEY]: newVerifyToken() } : {});
/** The token among what was typed; null where there is none. */
export const tokenIn = (values: Readonly<Record<string, string>>): string | null => values[KEY]?.trim() || null;
