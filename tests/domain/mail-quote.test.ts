import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteStart } from "../../worker/domain/mail-quote";

const fresh = (text: string, isReply = true) => text.slice(0, quoteStart(text, isReply) ?? undefined).trim();

describe("the history of every mail program is cut off", () => {
  it.each([
    ["Gmail", "On Sun, Nov 22, 2026 at 10:31\u202fAM Acme Support <support@acme.example> wrote:\n\n> old"],
    ["Gmail, wrapped twice", "On Sun, Nov 22, 2026 at 10:31 AM Acme Support With A Very Long Name\n<support@acme.example>\nwrote:\n\n> old"],
    ["Apple, itself quoted", "> On 22. Nov 2026, at 09:00, Acme Support <support@acme.example> wrote:\n>\n> old"],
    ["Thunderbird", "Am 21.11.2026 um 18:00 schrieb Acme:\n> old"],
    ["German phone", "Acme Support <support@acme.example> schrieb am So., 22. Nov. 2026, 10:31:\n\n> old"],
    ["French", "Le dim. 22 nov. 2026 à 10:31, Acme <support@acme.example> a écrit :\n\n> old"],
    ["Spanish", "El dom, 22 nov 2026 a las 10:31, Acme (<support@acme.example>) escribió:\n\n> old"],
    ["Italian", "Il giorno dom 22 nov 2026 alle ore 10:31 Acme <support@acme.example> ha scritto:\n\n> old"],
    ["Dutch", "Op zo 22 nov 2026 om 10:31 schreef Acme <support@acme.example>:\n\n> old"],
    ["Portuguese", "Em dom., 22 de nov. de 2026 às 10:31, Acme <support@acme.example> escreveu:\n\n> old"],
    ["Swedish", "Den sön 22 nov. 2026 kl 10:31 skrev Acme <support@acme.example>:\n\n> old"],
    ["Polish", "W dniu 22.11.2026 o 10:31, Acme pisze:\n> old"],
    ["Russian", "вс, 22 нояб. 2026 г. в 10:31, Acme <support@acme.example> написал:\n> old"],
    ["Chinese", "Acme <support@acme.example> 于2026年11月22日周日 10:31写道：\n\n> old"],
    ["Japanese", "2026年11月22日 10:31、Acme <support@acme.example>のメール:\n\n> old"],
    ["an attribution without quote marks", "On Sun, Nov 22, 2026 at 10:31 AM Acme <support@acme.example> wrote:\n\nold text\nmore"],
    ["Outlook", "________________________________\nFrom: Acme\nSent: Sunday, 22 November 2026 09:50\nTo: Jane\nSubject: Order\n\nold"],
    ["Outlook without its rule", "From: Acme <support@acme.example>\nSent: Sunday, 22 November 2026 09:50\nTo: Jane\nSubject: Order\n\nold"],
    ["Outlook in German", "________________________________\nVon: Acme\nGesendet: Sonntag, 22. November 2026 09:50\nAn: Jane\nBetreff: Order\n\nold"],
    ["Outlook in French", "De : Acme\nEnvoyé : dimanche 22 novembre 2026 09:50\nÀ : Jane\nObjet : Order\n\nold"],
    ["Outlook in Spanish", "De: Acme\nEnviado: domingo 22 de noviembre de 2026 09:50\nPara: Jane\nAsunto: Order\n\nold"],
    ["Outlook in Italian", "Da: Acme\nInviato: domenica 22 novembre 2026 09:50\nA: Jane\nOggetto: Order\n\nold"],
    ["Outlook with stars", "*From:* Acme\n*Sent:* Sunday\n*To:* Jane\n*Subject:* Order\n\nold"],
    ["old Outlook", "-----Original Message-----\nFrom: Acme\n\nold"],
    ["old Outlook in German", "-----Ursprüngliche Nachricht-----\nVon: Acme\n\nold"],
    ["a bare quote", "> old\n> older"],
    ["a quote with a footer under it", "> old\n\n-- \nMailing list footer"],
    ["a signature", "-- \nJane Doe\nExample Ltd"],
    ["a phone's line", "Sent from my iPhone"],
    ["a phone's line and the quote", "Sent from my iPhone\n\n> On 22. Nov 2026, at 09:00, Acme wrote:\n> old"],
    ["a German phone's line", "Von meinem iPhone gesendet\n\nOn 22.11.2026 10:31, Acme wrote:\n> old"],
    ["Outlook on a phone", "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: A\nSent: B\nTo: C\nSubject: D\n\nold"],
  ])("%s", (_program, history) => {
    expect(fresh(`Yes please.\n\nSecond line\n\n${history}`)).toBe("Yes please.\n\nSecond line");
    expect(fresh(`Yes please.\r\n\r\n${history.replaceAll("\n", "\r\n")}`)).toBe("Yes please.");
  });
});

describe("what is new stays", () => {
  it.each([
    ["nothing quoted", "Hello,\n\non Monday I wrote:\nsee below. From: here to there."],
    ["answers between the quoted lines", "On 22/11/2026 10:00, Acme wrote:\n> Which size?\n\nM\n\n> Which colour?\n\nBlue"],
    ["an answer below the quote", "> Which size?\n\nM"],
    ["nothing but a quote", "> old"],
    ["nothing but a signature", "-- \nJane"],
    ["a rule of underscores", "Part one\n________________________________\nPart two"],
    ["two words that look like headers", "From: Berlin\nTo: Paris\nHow long does it take?"],
    ["a markdown table rule", "a\n--\nb, no signature because more follows?".replace("--", "---")],
    ["somebody who wrote", "She wrote:\nI will come."],
    ["an arrow", "a -> b\n-> c"],
  ])("%s", (_what, text) => expect(quoteStart(text, true)).toBeNull());

  it("a forwarded mail is what the sender wants us to read", () => {
    const forwarded = "Can you help?\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.org>\nDate: Sun\nSubject: x\nTo: jane@example.com\n\nhelp me";
    expect(quoteStart(forwarded, false)).toBeNull();
    expect(fresh(forwarded, true)).toBe("Can you help?");
    expect(quoteStart(forwarded.slice(forwarded.indexOf("-")), true)).toBeNull();
  });
});

it("any text is cut at a line's beginning after some new text, or not at all", () => {
  const line = fc.constantFrom("> old", ">> older", "", "Yes", "-- ", "On 22.11.2026 A <a@b> wrote:", "From: A", "Sent: B", "To: C", "Subject: D", "_".repeat(32), "Sent from my phone", "-----Original Message-----", "---------- Forwarded message ----------");
  fc.assert(fc.property(fc.array(line, { maxLength: 14 }), fc.boolean(), (lines, isReply) => {
    const text = lines.join("\n");
    const at = quoteStart(text, isReply);
    if (at === null) return;
    expect(text.slice(0, at).trim()).not.toBe("");
    expect(text[at - 1]).toBe("\n");
  }));
});

it.each([["long lines", `${"- ".repeat(200_000)}x`], ["spaces", `-${" ".repeat(300_000)}x`], ["openings", "On 1 <a@b> \n".repeat(40_000)], ["quotes", "> a\n".repeat(100_000)], ["alternating", "On 1, a@b wrote:\n\n".repeat(20_000)]])("hostile %s are read in bounded time", (_what, text) => {
  const started = performance.now();
  quoteStart(text, true);
  expect(performance.now() - started).toBeLessThan(3_000);
});
