/**
 * What every file in `bench/` exports as `benchmark`: makes its own data in a temporary folder, measures, cleans up, and returns the figures.
 * Units are in the keys. `log` is for people and goes to stderr.
 */
export type Benchmark = (args: readonly string[], log: (line: string) => void) => Promise<Record<string, number>>
