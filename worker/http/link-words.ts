import type { PublicLanguage } from "../domain/language";

/** What the page behind a file link says. `{size}` and `{day}` are filled in. */
export interface LinkWords { until: string; download: string; over: string; overWhy: string; bytes: string; kb: string; mb: string }

export const LINK_WORDS: Readonly<Record<PublicLanguage, LinkWords>> = {
  en: {
    until: "{size}. You can download it until {day}.", download: "Download",
    over: "This link does not work any more", overWhy: "Its time is over, or it was taken back. Ask whoever sent it for a new one.", bytes: "bytes", kb: "KB", mb: "MB",
  },
  de: {
    until: "{size}. Sie können die Datei bis zum {day} herunterladen.", download: "Herunterladen",
    over: "Dieser Link funktioniert nicht mehr", overWhy: "Er ist abgelaufen oder wurde zurückgezogen. Bitten Sie die Absenderin oder den Absender um einen neuen.", bytes: "Byte", kb: "KB", mb: "MB",
  },
  es: {
    until: "{size}. Puede descargarlo hasta el {day}.", download: "Descargar",
    over: "Este enlace ya no funciona", overWhy: "Ha caducado o se ha retirado. Pida uno nuevo a quien se lo envió.", bytes: "bytes", kb: "KB", mb: "MB",
  },
  fr: {
    until: "{size}. Vous pouvez le télécharger jusqu’au {day}.", download: "Télécharger",
    over: "Ce lien ne fonctionne plus", overWhy: "Il a expiré ou a été retiré. Demandez-en un nouveau à la personne qui vous l’a envoyé.", bytes: "octets", kb: "Ko", mb: "Mo",
  },
  ar: {
    until: "{size}. يمكنك تنزيله حتى {day}.", download: "تنزيل",
    over: "لم يعد هذا الرابط يعمل", overWhy: "انتهت مدته أو تم سحبه. اطلب رابطًا جديدًا ممن أرسله إليك.", bytes: "بايت", kb: "ك.ب", mb: "م.ب",
  },
};
