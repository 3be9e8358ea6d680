import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalisePhone } from "../../worker/domain/phone";

describe("phone addresses", () => {
  it.each([
    ["+14155550123", "US", "+14155550123"], ["(415) 555-0123", "US", "+14155550123"], ["1 415 555 0123", "US", "+14155550123"], ["415.555.0123", "us", "+14155550123"],
    ["+1 500 555 0006", "DE", "+15005550006"], ["0151 12345678", "DE", "+4915112345678"], ["+49 (0)151 12345678", "US", "+4915112345678"], ["0049 151 12345678", "DE", "+4915112345678"],
    ["07911 123456", "GB", "+447911123456"], ["+39 06 1234 5678", "US", "+390612345678"],
    // Kept as they are
    ["72975", "US", "72975"], ["112", "DE", "112"], ["ACME Shop", "US", "ACME Shop"], ["Twilio", "ZZ", "Twilio"],
  ])("%s in %s is stored as %s", (written, country, stored) => expect(normalisePhone(written, country)).toBe(stored));

  it.each([
    ["", "US"], ["+", "US"], ["+1415", "US"], ["12", "US"], ["anna@example.com", "US"], ["not a phone number", "US"], ["4155550123", "ZZ"], ["+999123456789012345", "US"], ["<script>", "US"], ["+49000000", "US"], ["٣٤٥", "US"],
  ])("%j in %s is refused", (written, country) => expect(normalisePhone(written, country)).toBeNull());

  it("keeps what is already normal, and never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[\d ()-]{0,18}$/)), fc.constantFrom("US", "DE", "ZZ", ""), (written, country) => {
      const stored = normalisePhone(written, country);
      if (stored !== null) expect(normalisePhone(stored, country)).toBe(stored);
    }));
  });
});
