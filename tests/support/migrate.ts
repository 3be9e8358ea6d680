import { env } from "cloudflare:workers";

/** Brings both shards to the newest schema; cheap when they already are. */
for (const db of [env.DB, env.DB_001!]) {
  const done = await db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'account'").first();
  if (done) continue;
  for (const file of (env as unknown as { MIGRATIONS: string[] }).MIGRATIONS)
    await db.batch(statements(file).map((statement) => db.prepare(statement)));
}

/** The migrations hold no triggers, so a semicolon at the end of a line ends a statement. */
function statements(file: string): string[] {
  return file.split(/;\s*$/m).map((part) => part.replace(/^\s*--.*$/gm, "").trim()).filter(Boolean);
}
