import type { Source } from '../../autosys/source.ts';
import { createReadTableCreation } from '../../lambda/aws/describe-table.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { createLoginSlots } from '../../lambda/login/carried-login.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { checkJil } from '../check-jil.ts';
import { readSource } from '../files.ts';
import type { Io } from '../io.ts';
import { openLedger } from '../ledger/open.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { createProxyAgent } from '../proxy.ts';
import { type AwsHome, readAwsHome } from './aws-home.ts';
import { readCanaryResults } from './canary-results.ts';
import { judgeAutosys, judgeDefinitions, readJilJobs } from './check-autosys.ts';
import { judgeMatch } from './judge-match.ts';
import { judgeResource } from './judge-resource.ts';
import type { LiveDeps } from './live-deps.ts';
import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';
import type { LiveSettings } from './live-settings.ts';
import { toNamedResources } from './named-resources.ts';
import { readAutosysFacts } from './read-autosys-facts.ts';
import { type LastMatches, readLastMatches } from './read-last-matches.ts';
import { createReadResource } from './read-resources.ts';
import { checkSecretAccess } from './read-secrets.ts';
import { toUnreadAws } from './unread-aws.ts';

/**
 * Compares a valid route file with AWS, AutoSys and the ledger. Changes nothing. What could not be
 * read is a row, never an error.
 */
export async function checkLive(
  config: BridgeConfig,
  settings: LiveSettings,
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<readonly LiveRow[]> {
  const sources = await readJilSources(settings, { io, json });
  const deps: LiveDeps = {
    httpsAgent: createProxyAgent('validate', io.env),
    signal: AbortSignal.any([io.signal, AbortSignal.timeout(settings.timeoutMs)]),
    now: () => io.clock.now(),
  };
  const aws = await readAwsHome(settings.stack, deps);
  const table = openTable(settings, aws, io);
  const [resources, secrets, autosys, matches] = await Promise.all([
    checkResources(config, aws, deps),
    checkSecretAccess(config, aws, deps),
    checkAutosys(config, settings, { aws, table, sources, io, deps }),
    checkMatches(config, settings, { aws, table, deps }),
  ]);
  io.signal.throwIfAborted();
  return [...resources, ...secrets, ...autosys, ...matches];
}

/** Compares the conditions in JIL files with the routes. Calls neither AWS nor AutoSys. */
export async function checkJilOnly(
  config: BridgeConfig,
  settings: LiveSettings,
  options: { readonly io: Io; readonly json: boolean },
): Promise<readonly LiveRow[]> {
  const sources = await readJilSources(settings, options);
  return judgeDefinitions(config, settings.instances, toDefinitionsOf(settings, sources));
}

/** @throws {JilSyntaxError} with every problem of a file */
async function readJilSources(
  { jil }: LiveSettings,
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<readonly Source[]> {
  const sources = await Promise.all(jil.map((path) => readSource(io, path)));
  for (const source of sources) checkJil(source, { io, json });
  return sources;
}

function toDefinitionsOf({ instances }: LiveSettings, sources: readonly Source[]) {
  return new Map(
    instances.map(({ name }) => {
      const value = readJilJobs(sources, name);
      return [String(name), { kind: 'read', value } as const];
    }),
  );
}

function openTable(
  { table }: LiveSettings,
  { stack }: AwsHome,
  io: Io,
): { readonly name: string; readonly table: SearchableTable } | undefined {
  const ofStack = stack.kind === 'read' ? stack.value.outputs['LedgerTableName'] : undefined;
  const name = table ?? ofStack;
  return name === undefined
    ? undefined
    : { name, table: openLedger('validate', { table: name }, io) };
}

async function checkResources(
  config: BridgeConfig,
  aws: AwsHome,
  deps: LiveDeps,
): Promise<readonly LiveRow[]> {
  // Without credentials the names are listed too, each as not checked.
  const home = aws.home ?? { account: 'account unknown', region: 'Region unknown' };
  const resources = toNamedResources(config, home);
  const read = createReadResource(aws, resources, deps);
  return mapConcurrently(resources, async (one) => judgeResource(one, await read(one)));
}

type OpenedTable = ReturnType<typeof openTable>;

async function checkAutosys(
  config: BridgeConfig,
  settings: LiveSettings,
  {
    aws,
    table,
    sources,
    io,
    deps,
  }: {
    readonly aws: AwsHome;
    readonly table: OpenedTable;
    readonly sources: readonly Source[];
    readonly io: Io;
    readonly deps: LiveDeps;
  },
): Promise<readonly LiveRow[]> {
  const { instances, credentials } = settings;
  const { signal, now } = deps;
  const slots = createLoginSlots({ table: table?.table ?? createMemoryTable({ now }), now });
  const access = { credentials, table: table?.table, slots, io, signal };
  const [canary, read] = await Promise.all([
    readCanaryResults(aws, deps),
    mapConcurrently(instances, async (instance) => {
      return [String(instance.name), await readAutosysFacts(instance, access)] as const;
    }),
  ]);
  const facts = new Map(read);
  const definitions =
    sources.length > 0
      ? toDefinitionsOf(settings, sources)
      : new Map([...facts].map(([name, one]) => [name, one.definitions]));
  return [
    ...judgeAutosys(config, { instances, facts }, canary),
    ...judgeDefinitions(config, instances, definitions),
  ];
}

const dayMs = 86_400_000;

async function checkMatches(
  config: BridgeConfig,
  { unmatchedDays: days }: LiveSettings,
  {
    aws,
    table,
    deps,
  }: { readonly aws: AwsHome; readonly table: OpenedTable; readonly deps: LiveDeps },
): Promise<readonly LiveRow[]> {
  const { routes, groups = [] } = config;
  if (days === 0 || routes.length + groups.length === 0) return [];
  if (table === undefined) {
    const row = { check: 'lastMatch', subject: 'routes that match nothing' } as const;
    const reason = 'the ledger table is not known';
    const advice = 'give --stack or --table, or --unmatched-days 0 to leave this out';
    return [toUncheckedRow(row, { kind: 'unread', reason, advice })];
  }
  const nowMs = deps.now().getTime();
  const sinceMs = nowMs - days * dayMs;
  const [matches, createdMs]: [LastMatches, LiveFact<number>] = await Promise.all([
    readLastMatches(table.table, config, { sinceMs, nowMs, signal: deps.signal }),
    readCreation(table.name, aws, deps),
  ]);
  return [...matches].map(([subject, last]) => {
    return judgeMatch({ subject, sinceMs, days }, { last, createdMs });
  });
}

/** When the ledger was created: with its stack, or its table. */
async function readCreation(
  tableName: string,
  { caller, home, stack }: AwsHome,
  { httpsAgent, signal }: LiveDeps,
): Promise<LiveFact<number>> {
  const created = stack.kind === 'read' ? stack.value.createdAt : undefined;
  if (created) return { kind: 'read', value: created.getTime() };
  if (caller.kind === 'unread') return caller;
  const region = home?.region ?? caller.value.region;
  const answer = await createReadTableCreation({ region, httpsAgent })(tableName, signal);
  if (answer.kind === 'found') return { kind: 'read', value: answer.createdAt.getTime() };
  if (answer.kind === 'unknown') {
    const advice = 'correct --table, or set AWS_REGION and AWS_PROFILE to those of the table';
    return { kind: 'unread', reason: `there is no table ${tableName}`, advice };
  }
  return toUnreadAws(answer, 'dynamodb:DescribeTable');
}
