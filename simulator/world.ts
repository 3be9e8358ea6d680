import { DurableObject } from "cloudflare:workers";
import { Engine } from "./engine";
import type { SimulatorEnv } from "./env";

/** All state and all timers of the pretend world. */
export class World extends DurableObject<SimulatorEnv> {
  readonly #engine: Engine;

  constructor(ctx: DurableObjectState, env: SimulatorEnv) {
    super(ctx, env);
    this.#engine = new Engine({ sql: ctx.storage.sql, wake: (at) => ctx.storage.setAlarm(at), background: (work) => ctx.waitUntil(work) }, env);
  }

  override fetch(request: Request): Promise<Response> {
    return this.#engine.fetch(request);
  }

  override alarm(): Promise<void> {
    return this.#engine.run();
  }
}
