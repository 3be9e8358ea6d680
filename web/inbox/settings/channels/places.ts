/** Where channels live in the address bar. */
export const CHANNELS = "/settings/channels";
