/** A cell; a number is printed with three significant digits. */
export type Cell = string | number;

/** A table of figures that were measured in one run. */
export interface FigureTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The largest value that a figure should have, and the value found; printed, never asserted. */
export interface Aim {
  readonly what: string;
  readonly atMost: number;
  readonly found: number;
}

/** The result of a benchmark. */
export interface Figures {
  readonly tables: readonly FigureTable[];
  readonly aims: readonly Aim[];
  /** How the figures were measured, for readers who do not know the code. */
  readonly notes: readonly string[];
}

export interface BenchmarkOptions {
  /** As short as possible, to show that the benchmark runs; the figures have little value. */
  readonly quick: boolean;
  /** Callback for progress messages. */
  readonly onProgress: (progress: string) => void;
}

/** A question, and the measurement that answers it. */
export interface Benchmark {
  readonly name: string;
  readonly question: string;
  readonly run: (options: BenchmarkOptions) => Promise<Figures>;
}
