import { bodyLimit } from "hono/body-limit";
import { problem } from "../problem";
import type { AppEnv } from "../router";
import { createMiddleware } from "hono/factory";

/** The longest email we accept as JSON is far below this. */
const MAX_JSON_BYTES = 1_000_000;

const limit = bodyLimit({ maxSize: MAX_JSON_BYTES, onError: (c) => problem(c, "too-large", `A JSON body may have ${MAX_JSON_BYTES} bytes`) });

/** Here a body is a file, also one of JSON. */
const FILES_PATH = "/api/v1/attachments";

/** Bounds bodies that are read whole. Files are streamed and have limits of their own. */
export const jsonLimit = createMiddleware<AppEnv>((c, next) => (c.req.header("content-type")?.includes("json") && c.req.path !== FILES_PATH ? limit(c, next) : next()));
