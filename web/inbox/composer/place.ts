/** Metres matter, centimetres do not. */
const DIGITS = 5;

/** Reads "52.5163, 13.3777", with a comma or a space between, or an address of a map that holds them; null when it is none. */
export function coordinatesOf(text: string): { latitude: number; longitude: number } | null {
  const found = /(-?\d{1,3}(?:\.\d+)?)\s*(?:,|;|\s|%2C)\s*(-?\d{1,3}(?:\.\d+)?)/.exec(text);
  if (!found) return null;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

export const placeText = ({ latitude, longitude }: { latitude: number; longitude: number }): string => `${latitude.toFixed(DIGITS)}, ${longitude.toFixed(DIGITS)}`;
