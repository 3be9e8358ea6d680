import * as fc from "fast-check";
import { expect, it } from "vitest";
import { contrast, palette } from "../../../web/widget/colour";

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

it("whatever colour a site picks, every text stays readable", () => {
  fc.assert(fc.property(colour, (brand) => {
    const { onBrand, brandHover, brandInk } = palette(brand);
    expect(contrast(onBrand, brand)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(onBrand, brandHover)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(brandInk.light, "#ffffff")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(brandInk.dark, "#15161a")).toBeGreaterThanOrEqual(4.5);
  }));
});

it("a colour that is readable already is left alone", () => {
  expect(palette("#1d4a40")).toMatchObject({ onBrand: "#ffffff", brandInk: { light: "#1d4a40" } });
});

it("contrast is what WCAG says", () => {
  expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
