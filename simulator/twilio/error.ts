import { type Answer, json } from "../provider";

export const twilioError = (status: number, code: number, message: string, headers: Record<string, string> = {}): Answer =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

/** A refusal that has nothing to do with the request. From behind a balancer (502 to 504) it is a page, not JSON. */
export function refusal(status: number, retryAfterS: number | null): Answer {
  const headers: Record<string, string> = retryAfterS === null ? {} : { "retry-after": String(retryAfterS) };
  if (status === 429) return twilioError(429, 20429, "Too Many Requests", headers);
  if (status === 401 || status === 403) return twilioError(status, 20003, "Authenticate", headers);
  if (status === 500) return twilioError(500, 20500, "Internal Server Error", headers);
  if (status > 500) return { status, headers: { ...headers, "content-type": "text/html" }, body: "<html>Service Unavailable</html>" };
  return twilioError(status, 20001, "Unable to process the request", headers);
}
