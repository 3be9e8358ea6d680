import { defineChannel } from "./channel";
import { META_BODY_BYTES, isSignedByMeta, metaHandshake } from "./meta";
import { whatsAppError } from "./whatsapp-errors";
import { downloadMedia } from "./whatsapp-media";
import { eventsOf } from "./whatsapp-receive";
import { CAPTION_MAX, REPLY_BUTTONS, sendMessage, sendReaction, sendSignal, TEXT_MAX, VOICE_TYPE } from "./whatsapp-send";
import { FIELDS, probe, WhatsAppSettings } from "./whatsapp-settings";
import { createTemplate, listTemplates } from "./whatsapp-templates";

/** WhatsApp's own limits: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */
const IMAGE_BYTES = 5_000_000;
const SOUND_BYTES = 16_000_000;
const FILE_BYTES = 100_000_000;
const FILES_MAX = 20; // each is a message of its own; what a person still chooses with care
/** A number that is also used in the phone app may send 20 in a second; others 80 and more. */
const SENDS_PER_SECOND = 20;

/** WhatsApp Cloud API: https://developers.facebook.com/documentation/business-messaging/whatsapp */
export const whatsapp = defineChannel({
  provider: "whatsapp",
  kind: "whatsapp",
  title: "WhatsApp",
  reaches: [{ kind: "phone", scoped: false }, { kind: "user", scoped: true }],
  settings: WhatsAppSettings,
  fields: FIELDS,
  capabilities: {
    text: { max: TEXT_MAX, unit: "characters" },
    subject: false, html: false, copies: false,
    media: {
      max: FILES_MAX, bytes: FILE_BYTES, types: ["*/*"],
      limits: [{ type: "image/jpeg", bytes: IMAGE_BYTES }, { type: "image/png", bytes: IMAGE_BYTES }, { type: "video/mp4", bytes: SOUND_BYTES }, { type: "video/3gpp", bytes: SOUND_BYTES }, { type: "audio/", bytes: SOUND_BYTES }],
      together: false, caption: true, words: CAPTION_MAX,
    },
    voice: VOICE_TYPE, location: true, buttons: REPLY_BUTTONS, typing: true, readReceipts: true, deliveryReceipts: true, start: true,
    // After a tap on an ad messages are free of charge for 72 hours, but the words are still bound to the 24.
    window: { hours: 24, adHours: null, humanHours: null, perTurn: null },
    templates: true, reactions: true, replies: true, edit: false, delete: false, groups: false,
    resend: "ask", transport: "provider", perSecond: SENDS_PER_SECOND,
  },
  explain: (code) => whatsAppError(code)?.sentence ?? null,
  consentAfter: (code) => whatsAppError(code)?.consent ?? null,
  sharesUrl: true,
  maxBodyBytes: META_BODY_BYTES,
  verify: (request, { settings }) => isSignedByMeta(request, [settings.appSecret]),
  handshake: (url, { verifyToken }) => metaHandshake(url, verifyToken),
  receive: (request, connection) => Promise.resolve(eventsOf(request, connection)),
  send: sendMessage,
  react: sendReaction,
  signal: sendSignal,
  templates: { list: listTemplates, create: createTemplate },
  download: downloadMedia,
  probe,
});
