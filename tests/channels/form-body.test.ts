import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldText, readForm, type FormField } from "../../worker/channels/form-body";

const bytes = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const said = (fields: FormField[]) => fields.map((field) => [field.name, fieldText(field)]);
const part = (head: string, body: string) => `--b1\r\n${head}\r\n\r\n${body}\r\n`;
const multipart = (body: Uint8Array, boundary = "b1") => readForm(`multipart/form-data; boundary="${boundary}"`, body);

describe("a urlencoded form", () => {
  const read = (text: string) => said(readForm("application/x-www-form-urlencoded; charset=utf-8", bytes(text)));
  it.each<[string, [string, string][]]>([
    ["a=1&b=2", [["a", "1"], ["b", "2"]]],
    ["a=1&a=2&a=", [["a", "1"], ["a", "2"], ["a", ""]]],
    ["a+b=c+d%2Be&%C3%BC=%E2%82%AC", [["a b", "c d+e"], ["ü", "€"]]],
    ["a=1%&b=%zz&c=%4", [["a", "1%"], ["b", "%zz"], ["c", "%4"]]],
    ["a&b=1=2&&=x&", [["a", ""], ["b", "1=2"]]],
    ["", []],
  ])("%j holds %j", (text, fields) => expect(read(text)).toEqual(fields));

  it("reads as the platform does, whatever is in it", () => fc.assert(fc.property(fc.array(fc.tuple(fc.string({ minLength: 1, unit: "grapheme" }), fc.string({ unit: "grapheme" })), { maxLength: 20 }), (fields) => {
    const body = new URLSearchParams(fields).toString();
    expect(read(body)).toEqual([...new URLSearchParams(body)].filter(([name]) => name !== ""));
  })));

  it("gives back bytes that are no UTF-8 as they were sent", () => {
    expect(readForm("application/x-www-form-urlencoded", bytes("mime=caf%E9%00%FF"))[0]!.bytes).toEqual(Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0, 0xff));
  });
});

describe("a multipart form", () => {
  it("holds texts and files, byte for byte", () => {
    const file = Uint8Array.from({ length: 256 }, (_, index) => index);
    const body = new Uint8Array([...bytes(`preamble\r\n${part('Content-Disposition: form-data; name="a"', "x\r\ny")}--b1\r\nContent-Disposition: form-data; name="f"; filename="a \\"b\\".bin"\r\nContent-Type: application/octet-stream\r\n\r\n`), ...file, ...bytes("\r\n--b1--\r\nepilogue")]);
    const fields = multipart(body);
    expect(fields.map(({ name, type, fileName }) => [name, type, fileName])).toEqual([["a", "", null], ["f", "application/octet-stream", 'a "b".bin']]);
    expect(fieldText(fields[0]!)).toBe("x\r\ny");
    expect(fields[1]!.bytes).toEqual(file);
  });

  it("takes each text for what its part says it is", () => {
    const body = latin(`${part('Content-Disposition: form-data; name="text"\r\nContent-Type: text/plain; charset=windows-1252', "caf\u00e9 \u0080")}${part('Content-Disposition: form-data; name="odd"\r\nContent-Type: text/plain; charset=klingon', "abc")}--b1--`);
    expect(said(multipart(body))).toEqual([["text", "café €"], ["odd", "abc"]]);
  });

  it.each([
    ['filename="Über.txt"', "Über.txt"], ["filename*=utf-8''%C3%9Cber%20+.txt", "Über +.txt"], ["filename=\"x.txt\"; filename*=iso-8859-1'de'%DCber.txt", "Über.txt"], ['filename="a%22b.txt"', 'a"b.txt'], ['filename=""', ""],
  ])("a file with %s is called %j", (parameter, name) => {
    expect(multipart(bytes(`${part(`Content-Disposition: form-data; name="f"; ${parameter}`, "x")}--b1--`))[0]!.fileName).toBe(name);
  });

  it.each<[string, string, [string, string][]]>([
    ["with bare line feeds", '--b1\nContent-Disposition: form-data; name=a\n\n1\n--b1--\n', [["a", "1"]]],
    ["that breaks off", `${part('Content-Disposition: form-data; name="a"', "1")}--b1\r\nContent-Disposition: form-data; name="b"\r\n\r\n2`, [["a", "1"], ["b", "2"]]],
    ["with a boundary inside a line", `${part('Content-Disposition: form-data; name="a"', "x --b1 y")}--b1--`, [["a", "x --b1 y"]]],
    ["with a part that has no name", `${part("Content-Type: text/plain", "lost")}${part('Content-Disposition: form-data; name="a"', "1")}--b1--`, [["a", "1"]]],
    ["with an empty value", `${part('Content-Disposition: form-data; name="a"', "")}--b1--`, [["a", ""]]],
    ["without any boundary", "just words", []],
  ])("%s gives what can be read", (_name, body, fields) => expect(said(multipart(bytes(body)))).toEqual(fields));

  it("reads what browsers write, whatever is in it", () => fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.uint8Array()), { maxLength: 8 }), async (files) => {
    const form = new FormData();
    for (const [index, [, content]] of files.entries()) form.append(`f${index}`, new Blob([content as Uint8Array<ArrayBuffer>]), `${index}.bin`);
    const request = new Request("https://x.example", { method: "POST", body: form });
    const fields = readForm(request.headers.get("content-type")!, new Uint8Array(await request.arrayBuffer()));
    expect(fields.map(({ name, bytes: content, fileName }) => [name, [...content], fileName])).toEqual(files.map(([, content], index) => [`f${index}`, [...content], `${index}.bin`]));
  }), { numRuns: 50 }));
});

it.each(["", "application/json", "multipart/form-data", "multipart/mixed; boundary=b1"])("a body of type %j is no form", (type) => expect(readForm(type, bytes("a=1"))).toEqual([]));

it("hostile forms are read in bounded time and never throw", () => {
  const started = performance.now();
  const bodies = ["--b1\r\n".repeat(200_000), "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n".repeat(20_000), "\n".repeat(2_000_000), "-".repeat(2_000_000), `--b1\r\n${"x: y\r\n".repeat(300_000)}`, `--b1\r\nContent-Disposition: form-data; name="${'\\"'.repeat(8_000)}\r\n\r\n`];
  for (const body of bodies) {
    multipart(bytes(body));
    multipart(bytes(body), "-".repeat(70));
    readForm("application/x-www-form-urlencoded", bytes(body.replaceAll("\n", "&")));
    readForm("application/x-www-form-urlencoded", bytes(body.replaceAll("-", "%")));
  }
  expect(performance.now() - started).toBeLessThan(20_000);
});
