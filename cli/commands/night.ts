import { parseAutosysInstance } from '../../autosys/names.ts';
import { buildNight } from '../../lambda/night/build-night.ts';
import { formatNightText } from '../../lambda/night/format-night-text.ts';
import { readNightSpan } from '../../lambda/night/night-span.ts';
import { formatNightPage } from '../../lambda/night/page/format-night-page.ts';
import { readNightJobs } from '../../lambda/night/read-night-jobs.ts';
import { readSpan } from '../../lambda/span/read-span.ts';
import { defineCommand } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import { readSource, writeFile } from '../files.ts';
import { jilOption } from '../jil-option.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { printDirectCalls } from '../proxy.ts';
import { printJson, printLines } from '../render.ts';

/** `night`: what the bridge did in AutoSys in a time, as a page, as text or as JSON. */
export const night = defineCommand({
  name: 'night',
  summary: 'prints what ran in AWS, what AutoSys was sent, and which jobs waited for it',
  options: {
    instance: { type: 'string', value: 'ACE', about: 'AutoSys instance' },
    since: {
      type: 'string',
      value: 'TIME',
      about: 'begin: the last 20:00 in the time zone of the instance, or 2026-11-30T20:00+01:00',
    },
    until: { type: 'string', value: 'TIME', about: 'end (default: now)' },
    out: { type: 'string', value: 'FILE', about: 'writes one HTML page to this file' },
    ...jilOption,
    ...ledgerOptions,
    ...connectionOptions,
  },
  usage: '--instance ACE --since 20:00 [--until TIME] [--out night.html] [options]',
  notes: [
    'The page needs no network: it has no script and loads nothing. It shows each variable and job that the bridge sets, its runs in AWS, when AutoSys accepted and showed each change, and the jobs whose condition names it.',
    'Nothing is changed. AutoSys is read twice: one list of all jobs, and their definitions. The ledger is read for at most 48 hours.',
    'If the jobs of AutoSys cannot be read, the page says so and shows the rest; the command ends with 3.',
  ],
  examples: [
    'night --instance ACE --since 20:00 --out night.html',
    'night --instance ACE --since 20:00 --until 06:00 --json',
  ],
  run: async ({ options, json, io }) => {
    const { instance: name, since, until, out } = options;
    if (name === undefined || since === undefined) {
      throw new CommandLineError('night', [
        ...(name === undefined
          ? ['--instance: missing, give the AutoSys instance, such as ACE']
          : []),
        ...(since === undefined ? ['--since: missing, give the begin, such as 20:00'] : []),
      ]);
    }
    const instance = parseAutosysInstance(name);
    await using connection = connect('night', options, io);
    printDirectCalls(io, connection.endpoints, json);
    const { timezone, client } = connection;
    const now = io.clock.now();
    const span = readNightSpan({ since, until, timezone, now });
    if (typeof span === 'string') throw new CommandLineError('night', [span]);
    const jil = options.jil === undefined ? undefined : await readSource(io, options.jil);
    const [rows, jobs] = await Promise.all([
      readSpan(openLedger('night', options, io), { instance, ...span }, now),
      readNightJobs(client, { jil, signal: io.signal }),
    ]);
    const built = buildNight({
      ...{ instance, timezone, span: rows, jobs },
      fromMs: span.from.getTime(),
      untilMs: span.until.getTime(),
      madeMs: now.getTime(),
    });
    if (out !== undefined) writeFile(io, out, formatNightPage(built));
    if (json) printJson(io.stdout, built);
    else if (out === undefined) printLines(io.stdout, formatNightText(built));
    else printLines(io.stdout, [`wrote ${out}`]);
    return built.unread === undefined ? exitCodes.done : exitCodes.unknown;
  },
});
