import { defineConfig } from "drizzle-kit";

/** Writes drafts: `npx drizzle-kit generate --config migrations/drizzle.config.ts`. Read and edit every file before committing it. */
export default defineConfig({ dialect: "sqlite", schema: "worker/db/schema.ts", out: "migrations/draft" });
