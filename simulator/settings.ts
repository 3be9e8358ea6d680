import type { Weather, WeatherChange, WeatherReport, WorldConnection } from "./api";
import type { Notes } from "./notes";
import { draw } from "./random";

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

  /** The next number of the seeded source; it goes on where it was after a restart. */
  random = (): number => {
    const { value, next } = draw(this.notes.get<number>("random") ?? DEFAULT_SEED);
    this.notes.put("random", next);
    return value;
  };
}
