import { nothingStarted, type RunAnswer } from '../../lambda/launch/api.ts';
import { checkStart, refuseDisabled } from '../../lambda/launch/check-start.ts';
import { isJsonTooDeep, maxJsonDepth, parseExactJson } from '../../lambda/launch/exact-json.ts';
import { intend } from '../../lambda/launch/intend.ts';
import { type Launch, type StartResult, settleLaunch } from '../../lambda/launch/launch.ts';
import { toInputDigest } from '../../lambda/launch/launch-input.ts';
import type { LaunchIdentity } from '../../lambda/launch/run-name.ts';
import { startExecutionOnce } from '../../lambda/launch/start-execution-once.ts';
import {
  type StartOrder,
  toLaunchedBatchJob,
  toStartOrder,
} from '../../lambda/launch/start-order.ts';
import { launchFoundForMs } from '../../lambda/policies.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { StartBody } from '../agent/api/launch-api.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import { toDirectAnswer } from './direct-answer.ts';
import type { DirectFacts } from './direct-facts.ts';
import { findFreeStart, toDirectName } from './free-start.ts';
import { refuseLedgerKeys } from './ledger-keys.ts';
import { refuseDirect, toNotStarted } from './outcomes.ts';
import { startDirectJob } from './start-job.ts';

/** An execution that began this long before the request was started by an earlier command. */
const foundBeforeMs = 60_000;

/**
 * Starts the run, or finds the one that an earlier command has started under the same name.
 *
 * @throws {ApiError} as the launch API refuses a start @throws {AgentError} for the route file
 */
export async function startDirect(
  facts: DirectFacts,
  body: StartBody,
  signal: AbortSignal,
): Promise<ApiOutcome<RunAnswer>> {
  const { memory } = facts;
  const { request, input } = body;
  if (input !== undefined && isJsonTooDeep(input)) {
    const fault = `error: --input: nested deeper than ${maxJsonDepth} levels`;
    return refuseDirect(nothingStarted.input, [fault]);
  }
  const given = input === undefined ? undefined : parseExactJson(input);
  const { target, identity } = check(facts, body, given);
  const refusal = refuseLedgerKeys({ target, identity, again: request.again ?? false });
  if (refusal) return refuseDirect(nothingStarted.wrongTarget, refusal);
  refuseDisabled(target);
  const known = memory.launch();
  const start = known
    ? ({ kind: 'free', start: known.start } as const)
    : request.again
      ? await findFreeStart(facts, { target, identity }, signal)
      : ({ kind: 'free', start: 1 } as const);
  if (start.kind !== 'free') return start;
  const named = { identity, start: start.start };
  const name = toDirectName(target, named);
  const order = toStartOrder(target, { identity, name, params: request.params, input: given });
  const inputDigest = toInputDigest(request.params ?? {}, given);
  const launch = known ?? toLaunch(facts, { body, target, order, named, name, inputDigest });
  memory.setLaunch(launch);
  return order.kind === 'execution'
    ? startExecution(facts, launch, order, signal)
    : startDirectJob(facts, launch, order.submission, signal);
}

function check(
  { caller, readRules }: DirectFacts,
  { request }: StartBody,
  given: unknown,
): { readonly target: LaunchTarget; readonly identity: LaunchIdentity } {
  const whole = { ...request, ...(given !== undefined && { input: given }) };
  const { target, identity } = checkStart(whole, caller.name, readRules());
  // The command has read run and try from AUTORUN.
  if (identity.kind === 'job') throw new Error('a start of direct mode has no run and try');
  return { target, identity };
}

function toLaunch(
  { caller, now }: DirectFacts,
  {
    body: { request },
    target,
    order,
    named: { identity, start },
    name,
    inputDigest,
  }: {
    readonly body: StartBody;
    readonly target: LaunchTarget;
    readonly order: StartOrder;
    readonly named: { readonly identity: LaunchIdentity; readonly start: number };
    readonly name: string;
    readonly inputDigest: string;
  },
): Launch {
  const { launchId = '', again = false } = request;
  return intend(
    {
      ...{ identity, target: target.name, workload: target.kind, caller: caller.name },
      ...{ launchId, inputDigest, again, wait: false },
    },
    { name, start, batch: toLaunchedBatchJob(order), nowMs: now().getTime() },
  );
}

async function startExecution(
  facts: DirectFacts,
  launch: Launch,
  order: Extract<StartOrder, { readonly kind: 'execution' }>,
  signal: AbortSignal,
): Promise<ApiOutcome<RunAnswer>> {
  const { calls, home, now } = facts;
  const { startExecution: start, stops } = calls;
  const result = await startExecutionOnce(
    {
      ...{ home, now, foundForMs: launchFoundForMs },
      ...{ startExecution: start, describeExecution: stops.describeExecution },
    },
    order,
    signal,
  );
  if (result.kind !== 'started') return toNotStarted('StartExecution', toAlreadyUsed(result));
  const isOlder = result.beganMs < launch.requestedMs - foundBeforeMs;
  return answerStarted(facts, launch, { ...result, found: result.found === true || isOlder });
}

/** As the launch API refuses an identity that was used with other input, or long ago. */
function toAlreadyUsed(result: Exclude<StartResult, { readonly kind: 'started' }>) {
  const isUsed = result.kind === 'refused' && result.code === 'ExecutionAlreadyExists';
  return isUsed ? { ...result, exit: nothingStarted.input } : result;
}

/** Binds the run. A run of an earlier command was requested when it began. */
export function answerStarted(
  facts: DirectFacts,
  launch: Launch,
  result: Extract<StartResult, { readonly kind: 'started' }>,
): ApiOutcome<RunAnswer> {
  const { memory, now } = facts;
  const requestedMs = result.found ? result.beganMs : launch.requestedMs;
  const bound = settleLaunch({ ...launch, requestedMs }, result, now().getTime());
  memory.setLaunch(bound);
  return toDirectAnswer(facts, bound, result.found ? 200 : 201);
}
