/** What Cloudflare Email Sending takes; sizes and headers are its own business. https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ */
export interface BoundMail {
  from: string | { email: string; name: string };
  to: string[];
  cc?: string[];
  bcc?: string[];
  replyTo?: string;
  subject: string;
  text: string;
  html?: string;
  headers?: Record<string, string>;
  attachments?: ({ content: ArrayBuffer; filename: string; type: string } & ({ disposition: "attachment" } | { disposition: "inline"; contentId: string }))[];
}

/** Throws an error whose `code` says what was wrong (`E_…`). */
export interface MailBinding { send(mail: BoundMail): Promise<{ messageId: string }> }

/** The Worker's own way to send mail, if the installation has one. Imported when it is used: the list of channels is also read outside Workers. */
export const mailBinding = async (): Promise<MailBinding | null> => ((await import("cloudflare:workers")).env.EMAIL as MailBinding | undefined) ?? null;
