import { describe, expect, it } from "vitest";
import { type Authenticity, authenticityOf, isAligned } from "../../worker/domain/mail-authenticity";

const OURS = ["mx.cloudflare.net", "amazonses.com"];
const of = (results: string | undefined, from = "jane@example.com") => authenticityOf(results, OURS, from);

describe("whether a mail comes from who its From line says", () => {
  it.each<[string, string | undefined, Authenticity]>([
    ["DMARC passed at our own side", "mx.cloudflare.net; dkim=pass header.d=example.com; dmarc=pass header.from=example.com", "verified"],
    ["Amazon's way to write it", "amazonses.com; spf=pass (spfCheck: domain of _spf.example.com designates 192.0.2.1; as permitted) client-ip=192.0.2.1; envelope-from=jane@example.com; helo=x; dkim=pass header.i=@example.com; dmarc=pass header.from=example.com;", "verified"],
    ["no policy, but a signature of its own domain", "mx.cloudflare.net; dmarc=none header.from=example.com; dkim=pass header.d=mail.example.com", "verified"],
    ["no policy, but its own server", "mx.cloudflare.net; dmarc=none; spf=pass smtp.mailfrom=bounce@example.com", "verified"],
    ["DMARC failed", "mx.cloudflare.net; spf=pass smtp.mailfrom=x@evil.example; dmarc=fail header.from=example.com", "failed"],
    ["DMARC failed, spaced out and loud", "mx.cloudflare.net; DMARC = FAIL (p=reject)", "failed"],
    ["DMARC failed, with no server named first", "dmarc=fail", "failed"],
    ["a word in a comment", "mx.cloudflare.net; spf=none (dmarc=fail dmarc=pass)", "unverified"],
    ["only a service's own signature", "mx.cloudflare.net; dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=x@mailer.example", "unverified"],
    ["a signature of a domain that only ends alike", "mx.cloudflare.net; dkim=pass header.d=badexample.com", "unverified"],
    ["DMARC passed for somebody else", "mx.cloudflare.net; dmarc=pass header.from=evil.example", "unverified"],
    ["a header that the sender wrote", "mx.evil.example; dmarc=pass header.from=example.com", "unverified"],
    ["a name that only begins like ours", "mx.cloudflare.net.evil.example; dmarc=pass header.from=example.com", "unverified"],
    ["bad news that the sender wrote", "mx.evil.example; dmarc=fail", "failed"],
    ["a signature that does not hold", "mx.cloudflare.net; dkim=fail header.d=example.com", "unverified"],
    ["a result within the quoted address that the mail was sent from", 'mx.cloudflare.net; dmarc=none header.from=example.com; spf=pass smtp.mailfrom="; dmarc=pass header.from=example.com; x="@evil.example', "unverified"],
    ["an address within that address", 'mx.cloudflare.net; spf=pass smtp.mailfrom="x smtp.mailfrom=a@example.com"@evil.example', "unverified"],
    ["a result within the words about that address", 'mx.cloudflare.net; spf=pass (domain of "a) ; dkim=pass header.d=example.com ("@evil.example designates 192.0.2.1) smtp.mailfrom=x@evil.example', "unverified"],
    ["a result in a comment within a comment", "mx.cloudflare.net; spf=none (a (b) ; dkim=pass header.d=example.com ; c)", "unverified"],
    ["a comment that an escaped bracket seems to end", "mx.cloudflare.net; spf=none (a \\) ; dkim=pass header.d=example.com ; c)", "unverified"],
    ["a quote that never ends", 'mx.cloudflare.net; dkim=pass header.d=example.com; spf=pass smtp.mailfrom="x@evil.example', "unverified"],
    ["one check with two results", "mx.cloudflare.net; dmarc=none header.from=example.com; dmarc=pass header.from=example.com", "unverified"],
    ["two sides of SPF, as Cloudflare writes them", "mx.cloudflare.net; dkim=pass header.d=example.com header.b=\"ab/c=\"; spf=none (mx: no records; postmaster) smtp.helo=mail.example.com; spf=pass smtp.mailfrom=jane@example.com", "verified"],
    ["a header of several lines", "mx.cloudflare.net;\r\n\tdkim=pass\r\n\theader.d=example.com", "verified"],
    ["nothing", undefined, "unverified"],
    ["garbage", ";;;=;(((;dmarc==pass", "unverified"],
  ])("%s", (_what, results, expected) => expect(of(results)).toBe(expected));

  it("takes no longer for a header of a megabyte", () => expect(of(`mx.cloudflare.net; ${"(".repeat(500_000)}${"a=b ".repeat(200_000)}`)).toBe("unverified"));

  it.each([["example.com", "example.com", true], ["mail.example.com", "example.com", true], ["example.com", "mail.example.com", true], ["", "example.com", false], ["badexample.com", "example.com", false]])("%s and %s: %s", (one, other, expected) => expect(isAligned(one, other)).toBe(expected));
});
