import { describe, expect, it } from "vitest";
import { readConsent } from "../../worker/domain/consent";

const NOTHING = { change: null, suspected: false };
const SUSPECTED = { change: null, suspected: true };

describe("consent words", () => {
  it.each(["STOP", "stop", " stop ", "Stop.", "“STOP!”", "STOP 🛑", "ＳＴＯＰ", "StopAll", "UNSUBSCRIBE", "Cancel", "END", "quit", "REVOKE", "optout", "opt-out", "Opt out", "ARRET", "arrêt", "arre\u0302t"])(
    "%j opts out at once", (text) => expect(readConsent(text, false)).toEqual({ change: "stop", suspected: false }));

  it.each(["START", "start!", "Unstop"])("%j opts in", (text) => expect(readConsent(text, true).change).toBe("start"));

  it("YES opts in only who is opted out", () => {
    expect(readConsent("Yes!", true).change).toBe("start");
    expect(readConsent("Yes!", false)).toEqual(NOTHING);
  });

  it.each(["HELP", "help?", "Info"])("%j asks for help and is no opt-out", (text) => expect(readConsent(text, false)).toEqual({ change: "help", suspected: false }));

  it.each([
    "STOP PLEASE", "please cancel", "Please stop", "please stop texting me", "Stop sending me messages!!", "Don’t text me again", "do not contact us", "How do I unsubscribe?",
    "take me off your list", "Remove my number from this list.", "leave me alone", "no more texts",
    "Deja de enviarme mensajes", "no me escriban más", "quiero darme de baja", "No quiero recibir más mensajes", "BAJA", "quítenme de su lista", "por favor, paren",
    "arrêtez de m’envoyer des SMS", "Ne m'écrivez plus", "Désabonnez-moi", "je ne souhaite plus recevoir vos messages", "STOP SVP", "Retirez-moi de votre liste",
    "Bitte keine SMS mehr", "Hört auf, mir zu schreiben", "Schreiben Sie mir bitte nicht mehr", "Lasst mich in Ruhe!", "Bitte abmelden", "Löschen Sie meine Nummer",
    "Pare de me mandar mensagens", "não me envie mais mensagens", "Não quero mais receber SMS", "quero me descadastrar", "remova meu número da sua lista", "SAIR",
  ])("%j is suspected and left to a person", (text) => expect(readConsent(text, false)).toEqual(SUSPECTED));

  it.each([
    "", "👍", "…", "Please stop by the shop tomorrow", "Is that the end?", "Can you help me?", "What time does the bus stop?", "I want to cancel my appointment", "Yes", "yes please", "stop 1",
    "The texts stopped, can you send them again?", "Don't text, I'll call you at noon", "Could you get me from the station?",
    "para mañana a las tres", "¿Cuándo baja el precio?", "No me llega el paquete", "je suis à l'arrêt de bus", "Quand arrêtez-vous le chantier ?",
    "Ich habe keine Nachrichten bekommen", "Wann hört der Kurs auf?", "Ich möchte mein Kind zum Kurs anmelden", "vou sair agora de casa", "Posso pagar mais tarde?", "Привет, когда вы открыты?",
  ])("%j is about something else", (text) => expect(readConsent(text, false)).toEqual(NOTHING));

  it("does not look for an opt-out in a long text", () => expect(readConsent(`${"We talked about the roof. ".repeat(20)}unsubscribe`, false)).toEqual(NOTHING));
});
