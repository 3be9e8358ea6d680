type Rgb = readonly [number, number, number];

/** WCAG's least for text. */
const ENOUGH = 4.5;
/** The sheet's ground in light and dark, as in `widget.css`. */
const SHEETS = { light: [255, 255, 255], dark: [21, 22, 26] } as const;
const WHITE: Rgb = [255, 255, 255];
/** Not the softer ink: only pure black and white leave no colour in between without 4.5 to one of them. */
const BLACK: Rgb = [0, 0, 0];
/** Twenty steps reach white or black from any colour, and none of them is visible. */
const STEP = 0.05;
/** Just enough to be noticed. */
const HOVER = 0.12;

const read = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const write = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
const mix = (a: Rgb, b: Rgb, share: number): Rgb => a.map((part, index) => part + (b[index]! - part) * share) as unknown as Rgb;

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => { const share = part / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG contrast of two colours `#rrggbb`, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(read(a)), luminance(read(b))].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The colours that follow from the one the site picked, each readable where it is used. */
export interface Palette {
  brand: string;
  /** Text on the brand ground. */
  onBrand: string;
  /** The brand under the pointer: a little further from its text, never nearer. */
  brandHover: string;
  /** The brand as text on the sheet. */
  brandInk: { light: string; dark: string };
}

export function palette(brand: string): Palette {
  const onBrand = [WHITE, BLACK].map(write).sort((a, b) => contrast(b, brand) - contrast(a, brand))[0]!;
  const readable = (sheet: Rgb, towards: Rgb) => {
    for (let share = 0; share < 1; share += STEP) {
      const tried = write(mix(read(brand), towards, share));
      if (contrast(tried, write(sheet)) >= ENOUGH) return tried;
    }
    return write(towards);
  };
  const brandHover = write(mix(read(brand), onBrand === write(WHITE) ? BLACK : WHITE, HOVER));
  return { brand, onBrand, brandHover, brandInk: { light: readable(SHEETS.light, BLACK), dark: readable(SHEETS.dark, WHITE) } };
}
