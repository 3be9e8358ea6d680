import type { World } from "./world";

/** What the local runtime binds to the simulator Worker. */
export interface SimulatorEnv {
  /** The app. Webhooks are called with their absolute URL, so that signatures match. */
  APP: Fetcher;
  /** One object holds the whole pretend world. */
  WORLD: DurableObjectNamespace<World>;
  /**
   * Runs the app's `email()` handler: POST, raw MIME as body, envelope in `x-from` and `x-to`.
   * 2xx: taken. 550: refused for good (`setReject`), the reason is the body. Anything else: try again later.
   */
  MAIL: Fetcher;
  /** What tells the app what became of mail by its own binding. */
  MAIL_EVENTS: Queue;
  /** The built files of the page. */
  PAGE: Fetcher;
  /** Where the app says it can be reached, without a trailing slash. */
  PUBLIC_URL: string;
}
