import type { AutosysInstance, GlobalName, JobName } from '../../autosys/names.ts';
import { LedgerError } from '../../lambda/errors.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import { parseLaunch, toLaunchTarget } from '../../lambda/launch/launch-row.ts';
import { toTargetKey } from '../../lambda/ledger/entry-row.ts';
import { parseAnyEntry } from '../../lambda/ledger/invalid-effect.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { createReadAttribution } from '../../lambda/ledger/run-attribution.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { isRequestKey } from '../../lambda/request/request-row.ts';
import type { Group } from '../../lambda/routing/groups.ts';
import { readRow } from '../ledger/open.ts';
import type { CallBudget } from './call-budget.ts';
import {
  createExplainEntry,
  type ExplainEntryDeps,
  type ExplainedEntry,
  readRun,
} from './explain-entry.ts';
import { type ReadFact, toRead, toUnread } from './fact.ts';
import { type GroupFacts, readGroup } from './read-group.ts';

/** What the ledger has on a variable or a job. */
export interface TargetEntries {
  /** The newest value or status that was requested. */
  readonly state?: ExplainedEntry;
  /** One-shots, toggles and effects of old events, the newest first. */
  readonly others: readonly ExplainedEntry[];
  /** Rows that cannot be parsed: why. */
  readonly unreadable: readonly string[];
}

/** The newest start of AWS work by a job, with its run in AWS. */
export interface LaunchedRun {
  readonly launch: Launch;
  readonly run?: Run;
}

/** What an answer reads from the ledger: each fact once, at most as often as the budget allows. */
export interface WhyLedger {
  globalVariable(name: GlobalName): Promise<ReadFact<TargetEntries>>;
  job(name: JobName): Promise<ReadFact<TargetEntries>>;
  /** A group of the route file on its present business day. */
  group(group: Group): Promise<ReadFact<GroupFacts | undefined>>;
  /** `undefined`: the job has launched nothing. */
  launch(name: JobName): Promise<ReadFact<LaunchedRun | undefined>>;
  /** The start that caused a run of a job. `undefined`: none that the bridge has confirmed. */
  startOfRun(name: JobName, run: number): Promise<ReadFact<ExplainedEntry | undefined>>;
}

export interface WhyLedgerDeps extends ExplainEntryDeps {
  /** `undefined`: no table was given. */
  readonly table: SearchableTable | undefined;
  readonly budget: CallBudget;
}

/** Maximum rows of one variable or job that are read besides its state entry. */
const maxOthers = 10;

/** Creates the bounded reads of the ledger. */
export function createWhyLedger(deps: WhyLedgerDeps): WhyLedger {
  const { instance, budget } = deps;
  const table = deps.table && withBudget(deps.table, budget);
  const known = new Map<string, Promise<ReadFact<unknown>>>();
  const explain = createExplainEntry(deps);

  return {
    globalVariable: (name) => once(`global ${name}`, (open) => readTarget(open, `global ${name}`)),
    job: (name) => once(`job ${name}`, (open) => readTarget(open, `job ${name}`)),
    group: (group) =>
      once(`group ${group.name}`, (open) =>
        readGroup(open, { name: group.name, group, now: deps.now() }),
      ),
    launch: (name) => once(`launch ${name}`, (open) => readNewestLaunch(open, instance, name)),
    startOfRun: (name, run) =>
      once(`start ${name} ${run}`, async (open) => {
        const of = { to: instance, event: { kind: 'STARTJOB', job: name } } as const;
        const key = await createReadAttribution({ table: open })(of, String(run));
        const row = key === undefined ? undefined : await open.get(key);
        return row && explain(open, { key: row.key, row, entry: parseAnyEntry(row) });
      }),
  };

  function once<Value>(
    key: string,
    read: (open: SearchableTable) => Promise<Value>,
  ): Promise<ReadFact<Value>> {
    const reading = known.get(key) ?? guard(read);
    known.set(key, reading);
    // Safe: one key stands for one kind of read.
    return reading as Promise<ReadFact<Value>>;
  }

  async function guard<Value>(read: (open: SearchableTable) => Promise<Value>) {
    if (table === undefined) return toUnread('no ledger table was given (--table, $LEDGER_TABLE)');
    try {
      return toRead(await read(table));
    } catch (error) {
      if (error instanceof LedgerError) return toUnread(error.message);
      throw error;
    }
  }

  async function readTarget(
    open: SearchableTable,
    target: `${'global' | 'job'} ${string}`,
  ): Promise<TargetEntries> {
    const stateKey = toTargetKey(instance, target);
    // The state is read by its key, because the index may lag.
    const [row, page] = await Promise.all([
      open.get(stateKey),
      open.ofTarget(`${instance} ${target}`, { limit: maxOthers + 1 }),
    ]);
    const keys = page.entries
      .map(({ key }) => key)
      .filter((key) => key !== stateKey && !isRequestKey(key))
      .slice(0, maxOthers);
    const rows = await Promise.all(keys.map((key) => open.get(key)));
    const found = rows.flatMap((other) => (other ? [readRow(other)] : []));
    const others = found.flatMap((one) => ('unreadable' in one ? [] : [one]));
    const state = row && { key: row.key, row, entry: parseAnyEntry(row) };
    return {
      ...(state && { state: await explain(open, state) }),
      others: await Promise.all(others.map((one) => explain(open, one))),
      unreadable: found.flatMap((one) => ('unreadable' in one ? [one.unreadable] : [])),
    };
  }
}

async function readNewestLaunch(
  table: SearchableTable,
  instance: AutosysInstance,
  job: JobName,
): Promise<LaunchedRun | undefined> {
  const { entries } = await table.ofTarget(toLaunchTarget({ instance, job }), { limit: 1 });
  const [newest] = entries;
  const row = newest && (await table.get(newest.key));
  if (row === undefined) return undefined;
  const launch = parseLaunch(row);
  const { aws } = launch;
  const run = aws && (await readRun(table, { run: aws.id, beganMs: aws.beganMs }));
  return { launch, ...(run && { run }) };
}

/** Counts each access. Beyond the limit it fails as a table that cannot be accessed does. */
function withBudget(table: SearchableTable, budget: CallBudget): SearchableTable {
  const spend = (doing: string) => {
    const refused = budget.spend('ledger');
    if (refused) throw new LedgerError({ doing, reason: refused.reason });
  };
  return {
    ...table,
    get: async (key) => {
      spend(`read ${key}`);
      return table.get(key);
    },
    ofTarget: async (name, options) => {
      spend(`list the rows of ${name}`);
      return table.ofTarget(name, options);
    },
  };
}
