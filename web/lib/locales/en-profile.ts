/** One's own name, signature and looks. */
export const enProfile = {
  "settings.profile.lede": "What colleagues and customers see of you.",
  "settings.profile.name": "Name",
  "settings.profile.emailHint": "You sign in with it.",
  "settings.profile.signature": "Email signature",
  "settings.profile.signatureText": "Stands below the emails you write, never below other messages. You can leave it out of a single email.",
  "settings.profile.signatureLabel": "Your signature",
  "settings.profile.look": "Appearance",
  "settings.profile.lookText": "On this device only.",
  "settings.profile.theme": "Theme",
  "settings.theme.system": "Like the system",
  "settings.theme.light": "Light",
  "settings.theme.dark": "Dark",
} as const;
