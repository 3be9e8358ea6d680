import { getCountries } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import { zonesOfPhone } from "../../worker/domain/phone-zones";

it.each<[what: string, address: string, zones: string[]]>([
  ["New York", "+12125550100", ["America/New_York"]],
  ["Los Angeles", "+13105550100", ["America/Los_Angeles"]],
  ["Arizona keeps no summer time", "+16025550100", ["America/Phoenix"]],
  ["an area on a border names both sides", "+18505550100", ["America/New_York", "America/Chicago"]],
  ["Newfoundland is half an hour off", "+17095550100", ["America/St_Johns", "America/Goose_Bay"]],
  ["Jamaica shares +1 and nothing else", "+18765550100", ["America/Jamaica"]],
  ["Germany", "+4915112345678", ["Europe/Berlin"]],
  ["Spain and the Canaries", "+34600123456", ["Europe/Madrid", "Atlantic/Canary"]],
  ["a short code is from nowhere", "72975", []],
  ["a sender's name is from nowhere", "ACME", []],
  ["an address that is no number", "ana@example.com", []],
])("%s", (_, address, zones) => expect(zonesOfPhone(address)).toEqual(zones));

it("a free-call number may be answered anywhere in the country", () => {
  expect(zonesOfPhone("+18005550100")).toEqual(expect.arrayContaining(["America/New_York", "America/Los_Angeles", "Pacific/Honolulu"]));
});

it("a number in eleven zones may be in each of them", () => expect(zonesOfPhone("+79161234567")).toHaveLength(11));

describe("every country that has telephones", () => {
  it.each(getCountries().filter((country) => country !== "US" && country !== "CA"))("%s has zones that exist", async (country) => {
    const { getExampleNumber } = await import("libphonenumber-js/min");
    const examples = (await import("libphonenumber-js/examples.mobile.json")).default;
    const zones = zonesOfPhone(getExampleNumber(country, examples)?.number ?? "");
    expect(zones.length).toBeGreaterThan(0);
    for (const zone of zones) expect(() => new Intl.DateTimeFormat("en", { timeZone: zone })).not.toThrow();
  });
});
