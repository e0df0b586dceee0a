/** A cell: a number is printed with three digits that count. */
export type Cell = string | number;

/** Figures side by side, measured in one run. */
export interface FigureTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What a figure should at most be, and what it is; told, never asserted. */
export interface Aim {
  readonly what: string;
  readonly atMost: number;
  readonly found: number;
}

/** What a benchmark has found. */
export interface Figures {
  readonly tables: readonly FigureTable[];
  readonly aims: readonly Aim[];
  /** What was measured how, for whoever reads the figures without the code. */
  readonly notes: readonly string[];
}

export interface BenchmarkOptions {
  /** As small as shows that it runs; the figures are worth little. */
  readonly quick: boolean;
  /** Told how far it is. */
  readonly tell: (progress: string) => void;
}

/** One question and the measuring that answers it. */
export interface Benchmark {
  readonly name: string;
  readonly question: string;
  readonly run: (options: BenchmarkOptions) => Promise<Figures>;
}
