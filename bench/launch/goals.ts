import type { Aim, Cell, FigureTable } from '../benchmark.ts';

/** A figure of waiting commands, with what it is compared with and its goal. */
export interface LaunchFigure {
  readonly what: string;
  readonly found: number;
  /** The alternative and its figure. @default - none */
  readonly against?: readonly [what: string, figure: number];
  /** The goal. @default - none, for information */
  readonly goal?: {
    /** As the goal is stated, such as `≤ 1.3 × bare`. */
    readonly text: string;
    /** What is compared with `atMost`. @default - the figure itself */
    readonly value?: number;
    readonly atMost: number;
  };
}

/** The figures as one table. A missed goal is printed as such. */
export function toGoalTable(figures: readonly LaunchFigure[]): FigureTable {
  return {
    title: 'Figures and goals',
    columns: ['figure', 'found', 'against', 'its figure', 'goal', ''],
    rows: figures.map(({ what, found, against: [other, figure] = ['–', Number.NaN], goal }) => [
      what,
      found,
      other,
      Number.isNaN(figure) ? '–' : figure,
      goal?.text ?? '–',
      toVerdict(goal, found),
    ]),
  };
}

function toVerdict(goal: LaunchFigure['goal'], found: number): Cell {
  if (goal === undefined) return '';
  return (goal.value ?? found) <= goal.atMost ? 'met' : 'MISSED';
}

/** The goals as aims. */
export function toGoalAims(figures: readonly LaunchFigure[]): readonly Aim[] {
  return figures.flatMap(({ what, found, goal }) =>
    goal === undefined
      ? []
      : [{ what: `${what} (${goal.text})`, atMost: goal.atMost, found: goal.value ?? found }],
  );
}
