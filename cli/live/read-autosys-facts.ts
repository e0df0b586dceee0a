import { type AutosysClient, parseProfile } from '../../autosys/client/index.ts';
import { AutosysError } from '../../autosys/errors.ts';
import { parseGlobalName } from '../../autosys/names.ts';
import type { SecretCredentials } from '../../lambda/aws/secret-login.ts';
import { isFailure } from '../../lambda/canary/finding.ts';
import { BridgeError, describeError } from '../../lambda/errors.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import type { LoginSlotsRegistry } from '../../lambda/login/slots-registry.ts';
import { allJobs, toDefinitions } from '../../lambda/night/read-night-jobs.ts';
import { defaultCanaryGlobal, type InstanceConfig } from '../../lambda/routing/routes.ts';
import { createInstanceAccess, type InstanceAccess } from '../doctor/configured-target.ts';
import type { Io } from '../io.ts';
import { isFatal } from '../why/read-definition.ts';
import { type DefinedJob, readDefinedJobs } from './defined-jobs.ts';
import type { KnownJobs } from './judge-job.ts';
import type { ListedVariable } from './judge-variable.ts';
import type { LiveFact, UnreadLiveFact } from './live-row.ts';

/** What the live checks read from one AutoSys instance. */
export interface AutosysFacts {
  readonly jobs: LiveFact<KnownJobs>;
  readonly definitions: LiveFact<readonly DefinedJob[]>;
  readonly variables: LiveFact<ReadonlyMap<string, ListedVariable>>;
}

/** Access to the instances. */
export interface AutosysFactsDeps {
  /** Login to use instead of the one in the secret. */
  readonly credentials: SecretCredentials | undefined;
  readonly table: SearchableTable | undefined;
  readonly slots: LoginSlotsRegistry;
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** Replies of this size are read: the definitions of a large instance. The default is 8 MiB. */
const maxReplyBytes = 128 * 1_024 * 1_024;

/** Reads jobs, definitions and variables of an instance, with one login. Changes nothing. */
export async function readAutosysFacts(
  instance: InstanceConfig,
  deps: AutosysFactsDeps,
): Promise<AutosysFacts> {
  const access = createInstanceAccess('validate', instance, deps);
  const client = access.createClient(parseProfile(instance.profile), { maxReplyBytes });
  try {
    const refused = await signIn(instance, { access, client, signal: deps.signal });
    if (refused) return toNoFacts(refused);
    return await readFacts(instance.name, client, deps.signal);
  } catch (error) {
    return toNoFacts(toUnreadAutosys(instance.name, error, deps.signal));
  } finally {
    await access.signIn.end();
    client.close();
  }
}

/**
 * Signs in with one read whose refusal is recorded, as `doctor` does. The other reads use a login that
 * AutoSys has accepted.
 */
async function signIn(
  { name, canaryGlobal = defaultCanaryGlobal }: InstanceConfig,
  {
    access,
    client,
    signal,
  }: {
    readonly access: InstanceAccess;
    readonly client: AutosysClient;
    readonly signal: AbortSignal;
  },
): Promise<UnreadLiveFact | undefined> {
  const skip = await access.findSkipReason();
  if (skip) return toUnread(skip.reason, 'repeat the command when AutoSys can be called again');
  const { findings, ready } = await access.signIn.prepare(signal);
  if (!ready) {
    const failed = findings.filter(isFailure).map(({ message }) => message);
    const advice = findings.find(isFailure)?.advice ?? `see doctor for the login of ${name}`;
    return toUnread(failed.join('; ') || 'there is no login', advice);
  }
  try {
    await access.signIn.wrap(client).readGlobalVariable(parseGlobalName(canaryGlobal), { signal });
  } catch (error) {
    if (!(error instanceof AutosysError) || isFatal(error)) throw error;
  }
  await access.signIn.accepted();
  return undefined;
}

async function readFacts(
  instance: string,
  client: AutosysClient,
  signal: AbortSignal,
): Promise<AutosysFacts> {
  const variables = await tryFact(instance, signal, () => readVariables(client, signal));
  const definitions = await tryFact(instance, signal, async () => {
    const source = toDefinitions(await client.readDefinitions({ signal }));
    const jobs = readDefinedJobs(source, instance);
    return jobs.length === 0 ? noDefinitions(client, signal) : toRead(jobs);
  });
  if (definitions.kind === 'read') {
    const jobs = new Map(definitions.value.map(({ name, type }) => [name, type]));
    return { definitions, variables, jobs: toRead(jobs) };
  }
  const jobs = await tryFact(instance, signal, async () => {
    const list = await client.readJobs(allJobs, { signal });
    if (list.kind === 'unreadable') return definitions;
    return toRead(new Map([...list.jobs.keys()].map((name) => [name, undefined])));
  });
  return { definitions, variables, jobs };
}

/** No definitions: AutoSys has no jobs, or does not show their definitions to this login. */
async function noDefinitions(
  client: AutosysClient,
  signal: AbortSignal,
): Promise<LiveFact<readonly DefinedJob[]>> {
  const list = await client.readJobs(allJobs, { signal });
  if (list.kind === 'list' && list.jobs.size === 0) return toRead([]);
  return toUnread(
    'AutoSys shows no definitions (autorep -q)',
    'give the definitions with --jil FILE, or a login that may read them',
  );
}

async function readVariables(
  client: AutosysClient,
  signal: AbortSignal,
): Promise<AutosysFacts['variables']> {
  const list = await client.readGlobalVariables('ALL', { signal });
  if (list.kind === 'list') return toRead(list.rows);
  const advice = 'variables are not checked with this wire profile; see docs/autosys.md';
  return toUnread(list.reason, advice);
}

/** A read that AutoSys rejects is a missing fact; a failure that every read would meet is thrown. */
async function tryFact<Value>(
  instance: string,
  signal: AbortSignal,
  read: () => Promise<LiveFact<Value>>,
): Promise<LiveFact<Value>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AutosysError && isFatal(error)) throw error;
    return toUnreadAutosys(instance, error, signal);
  }
}

/** @throws an error that is neither of AutoSys nor of the bridge */
function toUnreadAutosys(instance: string, error: unknown, signal: AbortSignal): UnreadLiveFact {
  if (signal.aborted) {
    return toUnread(`AutoSys ${instance} was not read in time`, 'give more --timeout');
  }
  if (!(error instanceof AutosysError || error instanceof BridgeError)) throw error;
  const { message } = describeError(error);
  return toUnread(message, `check the connection with doctor --instance ${instance}`);
}

function toNoFacts(unread: UnreadLiveFact): AutosysFacts {
  return { jobs: unread, definitions: unread, variables: unread };
}

function toRead<Value>(value: Value): LiveFact<Value> {
  return { kind: 'read', value };
}

function toUnread(reason: string, advice: string): UnreadLiveFact {
  return { kind: 'unread', reason, advice };
}
