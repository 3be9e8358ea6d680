import { expect, it } from "vitest";
import { byteRange, namesEtag } from "../../worker/domain/byte-range";

it.each([
  ["bytes=0-4", 11, { offset: 0, length: 5 }],
  ["Bytes=6-", 11, { offset: 6, length: 5 }],
  ["bytes=10-10", 11, { offset: 10, length: 1 }],
  ["bytes=5-99", 11, { offset: 5, length: 6 }],
  ["bytes=0-99999999999999999999", 11, { offset: 0, length: 11 }],
  ["bytes=-3", 11, { offset: 8, length: 3 }],
  ["bytes=-99", 11, { offset: 0, length: 11 }],
  ["bytes=11-", 11, "beyond"],
  ["bytes=20-30", 11, "beyond"],
  ["bytes=99999999999999999999-", 11, "beyond"],
  ["bytes=-0", 11, "beyond"],
  ["bytes=0-", 0, "beyond"],
  ["bytes=-1", 0, "beyond"],
  ["bytes=3-1", 11, "whole"],
  ["bytes=0-1,3-4", 11, "whole"],
  ["bytes=-", 11, "whole"],
  ["lines=1-2", 11, "whole"],
  [undefined, 11, "whole"],
] as const)("the range %s of %i bytes is %o", (header, size, range) => expect(byteRange(header, size)).toEqual(range));

it.each([
  ['"a"', true], ['W/"a"', true], ['"b", "a"', true], ["*", true],
  ['"b"', false], ["a", false], ["", false], [undefined, false],
] as const)("If-None-Match %s names the tag: %s", (header, named) => expect(namesEtag(header, '"a"')).toBe(named));
