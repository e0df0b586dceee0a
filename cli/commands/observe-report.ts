import { type AutosysInstance, parseAutosysInstance } from '../../autosys/names.ts';
import { instanceNamesKey, parseInstanceNames } from '../../lambda/ledger/instance-names.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { type CommandInvocation, defineCommand, type Values } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import { readColumns } from '../fit-lines.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { createToTimeFormat, timeOptions } from '../ledger/times.ts';
import { compareEvents } from '../observe/compare.ts';
import { formatObserveReport, type ObserveReport } from '../observe/format-report.ts';
import { readObserved } from '../observe/read-observed.ts';
import { countOnlyOld } from '../observe/read-only-old.ts';
import { readReportSpan } from '../observe/read-span-option.ts';
import { toObserveDocument } from '../observe/report-document.ts';
import { summarize } from '../observe/summarize.ts';
import { printDirectCalls } from '../proxy.ts';
import { createPaint, printFitted, printJson } from '../render.ts';
import { toInstances } from '../tonight/read-instances.ts';

const options = {
  since: {
    type: 'string',
    value: 'TIME',
    about:
      'begin: 7d or 12h before now, the last 20:00 in the time zone of the instance, or 2026-11-30T20:00+01:00',
  },
  until: { type: 'string', value: 'TIME', about: 'end (default: now)' },
  route: { type: 'string', value: 'NAME', about: 'one route (default: all observed routes)' },
  instance: {
    type: 'string',
    value: 'ACE',
    about: 'AutoSys instance (default: all of the deployed route file)',
  },
  ...ledgerOptions,
  ...timeOptions,
  ...connectionOptions,
} as const;

/** `observe-report`: what observed routes would have sent, compared with the reactions of today. */
export const observeReport = defineCommand({
  name: 'observe-report',
  summary: 'compares observed routes with the polling jobs of today',
  options,
  usage: '--since TIME [--until TIME] [--route NAME] [--instance ACE] [--table NAME] [options]',
  notes: [
    'For each route with mode: { observe: … }: how often the bridge and the polling job or script had the same outcome, a different one, or only one of them reacted; the seconds gained; AWS calls and agent seconds saved, which are estimates with their formula. Then each end of a run that is not the same, with a reason.',
    'The sweep reads AutoSys after each end of a run, and the ledger keeps what it saw for 90 days. So the report reads the ledger only. Runs of the polling job without an event of the bridge are counted if AutoSys can be read: give --url, --user and --password-file or their variables.',
    'Exit code: 0 if all ends are the same, 1 if one is different or only one side reacted, 3 if something could not be read and nothing differs.',
  ],
  examples: [
    'observe-report --since 7d',
    'observe-report --since 20:00 --instance ACE --route settlement',
    'observe-report --since 2026-11-30T20:00+01:00 --until 2026-12-01T06:00+01:00 --json',
  ],
  run: async ({ options: given, io, json }) => {
    const table = openLedger('observe-report', given, io);
    const now = io.clock.now();
    const names = parseInstanceNames(await table.get(instanceNamesKey));
    const instances =
      given.instance === undefined ? toInstances(names) : [parseAutosysInstance(given.instance)];
    const timezones = names.timezones ?? {};
    const zones = new Set(instances.map((name) => timezones[name] ?? 'UTC'));
    const [timezone = 'UTC'] = zones.size === 1 ? zones : [];
    const span = toSpan(given, timezone, now);
    const report = await readReport(table, { instances, span, route: given.route });
    const routes = await countIfConnected(report, { given, io, json }, { instances, timezone });
    const whole = { ...report, routes };
    if (json) printJson(io.stdout, toObserveDocument(whole));
    else {
      const toTimeFormat = createToTimeFormat({
        timezones: given.utc ? {} : timezones,
        nowMs: now.getTime(),
      });
      const columns = readColumns(io.stdout, io.env);
      const paint = createPaint(io.stdout, io.env);
      printFitted(io, formatObserveReport(whole, { paint, toTimeFormat, columns }));
    }
    return toReportExitCode(whole);
  },
});

type Given = Values<typeof options>;

function toSpan({ since, until }: Given, timezone: string, now: Date) {
  if (since === undefined) {
    throw new CommandLineError('observe-report', ['--since: missing, give the begin, such as 7d']);
  }
  const span = readReportSpan({ since, until, timezone, now });
  if (typeof span === 'string') throw new CommandLineError('observe-report', [span]);
  return span;
}

async function readReport(
  table: SearchableTable,
  {
    instances,
    span,
    route,
  }: {
    readonly instances: readonly AutosysInstance[];
    readonly span: { readonly from: Date; readonly until: Date };
    readonly route: string | undefined;
  },
): Promise<ObserveReport> {
  const { entries, unreadable, isCut } = await readObserved(table, instances, span);
  const wanted = entries.filter(({ entry }) => route === undefined || entry.cause.route === route);
  const events = compareEvents(wanted);
  const cut = isCut
    ? ['the ledger has more rows in this time than are read; give a shorter time']
    : [];
  return { ...span, events, routes: summarize(events), unread: [...unreadable, ...cut] };
}

/** Counts the runs of old jobs without an event, if an address of AutoSys is given. */
async function countIfConnected(
  { routes, events, from, until }: ObserveReport,
  { given, io, json }: { readonly given: Given } & Pick<CommandInvocation, 'io' | 'json'>,
  { instances, timezone }: { readonly instances: readonly string[]; readonly timezone: string },
): Promise<ObserveReport['routes']> {
  if (given.url.length === 0 && !io.env['AUTOSYS_URL']) {
    const onlyOldUnread = 'no address of AutoSys is given (--url)';
    return routes.map((summary) => ({ ...summary, onlyOldUnread }));
  }
  if (instances.length > 1) {
    throw new CommandLineError('observe-report', [
      `--instance: missing, give the instance behind --url, allowed: ${instances.join(', ')}`,
    ]);
  }
  await using connection = connect(
    'observe-report',
    { ...given, timezone: given.timezone ?? io.env['AUTOSYS_TIMEZONE'] ?? timezone },
    io,
  );
  printDirectCalls(io, connection.endpoints, json);
  const { client } = connection;
  return countOnlyOld(routes, { client, events, span: { from, until }, signal: io.signal });
}

function toReportExitCode({ routes, unread }: ObserveReport): ExitCode {
  const hasDifference = routes.some(
    ({ counts, onlyOld = 0 }) => counts.different + counts.onlyBridge + onlyOld > 0,
  );
  if (hasDifference) return exitCodes.rejected;
  const isUnread = unread.length > 0 || routes.some(({ counts }) => counts.unread > 0);
  return isUnread ? exitCodes.unknown : exitCodes.done;
}
