import { describe, expect, it } from "vitest";
import { refusedAddress } from "../../worker/domain/outside-address";

const META = ["fbcdn.net", "facebook.com"];

describe("an address that came from outside", () => {
  it.each([
    "https://files.example.com/a.jpg", "https://a.b.c.example.co.uk/?x=http://127.0.0.1", "https://xn--bcher-kva.example/a", "https://my_bucket.s3.amazonaws.com/a", "https://example.com:443/a", "https://EXAMPLE.com/a",
  ])("is asked: %s", (url) => expect(refusedAddress(new URL(url))).toBeNull());

  it.each([
    // Other schemes.
    "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "data:text/plain,x", "javascript:alert(1)", "blob:https://example.com/1", "gopher://example.com/", "ws://example.com/",
    // Ports and names.
    "https://example.com:8443/", "https://example.com:22/", "https://user@example.com/", "https://user:secret@example.com/", "https://:x@example.com/",
    // Loopback, private, link-local, metadata and shared networks, in every spelling.
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://0/", "https://0.0.0.0/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://198.18.0.1/", "https://255.255.255.255/", "https://224.0.0.1/",
    "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    // Full-width digits and letters that the reader folds.
    "https://１２７.0.0.1/", "https://ⓛocalhost/",
    // A public address without a name sends no files either.
    "https://8.8.8.8/", "https://[2606:4700:4700::1111]/",
    // Local names, also with the dot that ends a whole name.
    "https://localhost/", "https://localhost./", "https://printer/", "https://printer.local/", "https://a.localhost/", "https://db.internal/", "https://metadata.google.internal/", "https://router.lan/", "https://nas.home.arpa/", "https://server.corp/", "https://example.com./", "https://x.onion/", "https://1.0.0.127.in-addr.arpa/",
    // Names that are none.
    "https://example..com/", "https://-example.com/", `https://${"a".repeat(64)}.com/`, `https://${"a.".repeat(130)}com/`,
  ])("is refused: %s", (url) => {
    const address = URL.canParse(url) ? new URL(url) : null;
    expect(address === null ? "no address" : refusedAddress(address)).toEqual(expect.any(String));
  });

  it.each([
    ["https://fbcdn.net/a", true], ["https://video.xx.fbcdn.net/a", true], ["https://facebook.com/a", true],
    ["https://fbcdn.net.evil.com/a", false], ["https://evilfbcdn.net/a", false], ["https://evil.com/fbcdn.net", false], ["https://evil.com/?fbcdn.net", false], ["https://evil.com/#.fbcdn.net", false], ["https://fbcdn.net@evil.com/", false], ["https://evil.com\\.fbcdn.net/", false], ["http://fbcdn.net/a", false],
  ])("of a provider's own hosts %s: %s", (url, allowed) => expect(refusedAddress(new URL(url), META) === null).toBe(allowed));
});
