import { languageName } from "../../composer/templates/marks";

/** Languages a template can be written in: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/supported-languages */
const CODES = [
  "af", "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "en_GB", "en_US", "es", "es_AR", "es_ES", "es_MX", "et", "fa", "fi", "fil", "fr", "ga", "gu", "ha", "he", "hi", "hr", "hu",
  "id", "it", "ja", "ka", "kk", "kn", "ko", "ky_KG", "lo", "lt", "lv", "mk", "ml", "mr", "ms", "nb", "nl", "pa", "pl", "pt_BR", "pt_PT", "ro", "ru", "rw_RW", "sk", "sl", "sq", "sr", "sv", "sw",
  "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh_CN", "zh_HK", "zh_TW", "zu",
] as const;

/** By name, as people look for them; the code stands beside. */
export const LANGUAGES = CODES.map((value) => ({ value: value as string, label: `${languageName(value)} (${value})` })).sort((a, b) => a.label.localeCompare(b.label));
