import { nameOldReaction } from '../describe-route.ts';
import { toVisibleLength } from '../escape.ts';
import type { ToTimeFormat } from '../ledger/times.ts';
import type { Paint } from '../render.ts';
import type { Agreement, ComparedEvent } from './compare.ts';
import type { RouteSummary, Spread } from './summarize.ts';

/** What the report prints. */
export interface ObserveReport {
  readonly from: Date;
  readonly until: Date;
  readonly routes: readonly RouteSummary[];
  readonly events: readonly ComparedEvent[];
  /** What could not be read. */
  readonly unread: readonly string[];
}

const heads = [
  ...['ROUTE', 'INSTANCE', 'OLD', 'ENDS', 'SAME', 'DIFFERENT', 'ONLY BRIDGE', 'ONLY OLD'],
  ...['OPEN', 'NOT READ', 'GAINED', 'BRIDGE DELAY', 'CALLS SAVED*', 'AGENT SECONDS SAVED*'],
] as const;

/**
 * The report as text: one table with a row for each route and instance, then the ends that differ.
 * On a terminal that is too narrow for the table, each row is a list of lines.
 */
export function formatObserveReport(
  { from, until, routes, events, unread }: ObserveReport,
  {
    paint,
    toTimeFormat,
    columns,
  }: {
    readonly paint: Paint;
    readonly toTimeFormat: ToTimeFormat;
    readonly columns: number | undefined;
  },
): readonly string[] {
  const time = toTimeFormat();
  return [
    `${paint('bold', 'observed routes')} from ${time.at(from.getTime())} to ${time.at(until.getTime())}`,
    ...(routes.length === 0
      ? ['no end of a run on an observed route']
      : formatTable(routes, columns)),
    ...formatNotes(routes),
    ...formatEvents(events, { paint, toTimeFormat }),
    ...(unread.length === 0 ? [] : ['', paint('red', 'not read')]),
    ...unread.map((reason) => `  ${reason}`),
  ];
}

function formatTable(
  routes: readonly RouteSummary[],
  columns: number | undefined,
): readonly string[] {
  const rows = routes.map(toCells);
  const widths = heads.map((head, at) =>
    Math.max(head.length, ...rows.map((cells) => toVisibleLength(cells[at] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - toVisibleLength(cell)))
      .join('  ')
      .trimEnd();
  const table = [line(heads), ...rows.map(line)];
  if (columns === undefined || table.every((one) => toVisibleLength(one) <= columns)) return table;
  const width = Math.max(...heads.map(({ length }) => length));
  return rows.flatMap((cells) => [
    '',
    ...heads.map((head, at) => `${head.padEnd(width)}  ${cells[at] ?? ''}`),
  ]);
}

function toCells(summary: RouteSummary): readonly string[] {
  const { route, instance, observe, counts, gained, bridgeDelay, onlyOld, onlyOldUnread } = summary;
  const ends = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isDoubtful = onlyOld !== undefined && onlyOldUnread !== undefined;
  const old = onlyOld === undefined ? 'not read' : `${isDoubtful ? 'at least ' : ''}${onlyOld}`;
  return [
    ...[route, instance, nameOldReaction(observe), String(ends)],
    ...[counts.same, counts.different, counts.onlyBridge].map(String),
    old,
    ...[counts.open, counts.unread].map(String),
    formatSpread(gained),
    formatSpread(bridgeDelay),
    ...[summary.awsCallsSaved.value, summary.agentSecondsSaved.value].map(String),
  ];
}

/** Median, p90 and maximum in seconds. */
function formatSpread(spread: Spread | undefined): string {
  if (spread === undefined) return '-';
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  return `${seconds(spread.median)}/${seconds(spread.p90)}/${seconds(spread.max)} s`;
}

function formatNotes(routes: readonly RouteSummary[]): readonly string[] {
  if (routes.length === 0) return [];
  const formulas = [
    ...new Set(
      routes.flatMap(({ awsCallsSaved, agentSecondsSaved }) => [
        `* AWS calls, estimate: ${awsCallsSaved.formula}`,
        `* agent seconds, estimate: ${agentSecondsSaved.formula}`,
      ]),
    ),
  ];
  const unread = routes.flatMap(({ route, onlyOldUnread }) =>
    onlyOldUnread === undefined ? [] : [`only old, route ${route}: ${onlyOldUnread}`],
  );
  return [
    'gained: from the change in AWS to the reaction of today: median/p90/maximum, in the whole seconds that AutoSys shows',
    'bridge delay: from the change in AWS to the receipt of the event; the bridge then sends at once. Subtract it from what is gained',
    ...formulas,
    ...unread,
  ];
}

const words: Readonly<Record<Agreement, string>> = {
  same: 'same',
  different: 'different',
  onlyBridge: 'only the bridge reacted',
  open: 'not read yet',
  unread: 'not read',
};

function formatEvents(
  events: readonly ComparedEvent[],
  { paint, toTimeFormat }: { readonly paint: Paint; readonly toTimeFormat: ToTimeFormat },
): readonly string[] {
  const shown = events.filter(({ agreement, reason }) => agreement !== 'same' || reason);
  if (shown.length === 0) return [];
  return [
    '',
    paint('bold', 'ends that are not the same, or with a doubt'),
    ...shown.map(({ instance, route, run, status, changedMs, agreement, reason }) => {
      const at = toTimeFormat(instance).at(changedMs);
      const why = reason === undefined ? '' : `: ${reason}`;
      return `  ${at}  ${route}  ${instance}  ${run} ${status}  ${words[agreement]}${why}`;
    }),
  ];
}
