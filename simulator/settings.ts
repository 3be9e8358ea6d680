import type { Weather, WeatherChange, WeatherReport, WorldConnection } from "./api";
import type { Notes } from "./notes";
import { draw } from "./random";
import type { Random } from "./weather";

const DEFAULT_SEED = 1;

/** What is set up from outside: the connections, the weather, the seed. */
export class Settings {
  constructor(private readonly notes: Notes) {}

  get connections(): WorldConnection[] {
    return this.notes.get<WorldConnection[]>("connections") ?? [];
  }

  set connections(list: WorldConnection[]) {
    this.notes.put("connections", list);
  }

  /** What the clocks of the pretend world show, in ms. Only providers and customers read them; the app has its own. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** By how much they are ahead of this machine's clock. */
  get ahead(): number {
    return this.notes.get<number>("ahead") ?? 0;
  }

  forward(ms: number): void {
    this.notes.put("ahead", this.ahead + ms);
  }

  report(): WeatherReport {
    return this.notes.get<WeatherReport>("weather") ?? { seed: DEFAULT_SEED, all: {}, providers: {} };
  }

  weatherOf(provider: string): Weather {
    const { all, providers } = this.report();
    return providers[provider] ?? all;
  }

  change({ provider, seed, ...weather }: WeatherChange): WeatherReport {
    const before = this.report();
    const onlySeed = seed !== undefined && provider === undefined && Object.keys(weather).length === 0;
    let after = before;
    if (provider !== undefined) after = { ...before, providers: { ...before.providers, [provider]: weather } };
    else if (!onlySeed) after = { ...before, all: weather, providers: {} };
    if (seed !== undefined) {
      after = { ...after, seed };
      this.notes.put("random", seed);
    }
    this.notes.put("weather", after);
    return after;
  }

  /** Decides something with the seeded source, which goes on where it was after a restart. */
  decide<T>(plan: (random: Random) => T): T {
    let state = this.notes.get<number>("random") ?? DEFAULT_SEED;
    const planned = plan(() => {
      const { value, next } = draw(state);
      state = next;
      return value;
    });
    this.notes.put("random", state);
    return planned;
  }
}
