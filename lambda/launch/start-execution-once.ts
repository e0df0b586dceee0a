import type { DescribeExecution } from '../aws/lookup.ts';
import type { StartExecution } from '../aws/start-result.ts';
import { toPartition } from '../routing/partition.ts';
import type { Home } from '../routing/routes.ts';
import { nothingStarted } from './api.ts';
import { toLaunchedArn } from './execution-arn.ts';
import type { StartResult } from './launch.ts';
import type { StartOrder } from './start-order.ts';

export interface ExecutionStarterDeps {
  readonly home: Home;
  readonly now: () => Date;
  /** How long after its end an execution is found again, in milliseconds. */
  readonly foundForMs: number;
  readonly startExecution: StartExecution;
  readonly describeExecution: DescribeExecution;
}

/** Starts an execution, or finds the one that an earlier call has started. It never rejects. */
export async function startExecutionOnce(
  { home, now, foundForMs, startExecution, describeExecution }: ExecutionStarterDeps,
  { target, name, input }: Extract<StartOrder, { readonly kind: 'execution' }>,
  signal: AbortSignal,
): Promise<StartResult> {
  const { stateMachine, qualifier } = target;
  const base = `arn:${toPartition(home.region)}:states:${home.region}:${home.account}`;
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  const stateMachineArn = `${base}:stateMachine:${stateMachine}${suffix}`;
  const answer = await startExecution({ stateMachineArn, name, input }, signal);
  switch (answer.kind) {
    case 'nameTaken': {
      const executionArn = toLaunchedArn(home, stateMachine, name);
      const found = await describeExecution(executionArn, signal);
      const foundFromMs = now().getTime() - foundForMs;
      return judgeTaken(found, { executionArn, input, foundFromMs });
    }
    case 'refused':
      return { kind: 'refused', ...describeRefusal(answer.code, stateMachineArn) };
    default:
      return answer;
  }
}

interface TakenName {
  readonly executionArn: string;
  readonly input: string;
  /** An execution that ended before is not found again, in epoch milliseconds. */
  readonly foundFromMs: number;
}

/**
 * Whether the execution that has the name already is the one that was asked for. Its launch row is
 * missing, or as old: Step Functions keeps a name for 90 days after the end.
 */
function judgeTaken(
  found: Awaited<ReturnType<DescribeExecution>>,
  { executionArn, input, foundFromMs }: TakenName,
): StartResult {
  switch (found.kind) {
    case 'found': {
      const { input: given, startDate, stopDate } = found.execution;
      if (given === undefined || startDate === undefined) {
        return {
          kind: 'unknown',
          reason: `AWS has ${executionArn} and does not show its input`,
        };
      }
      const beganMs = startDate.getTime();
      const isSame = isSameJson(given, input);
      const isOld = stopDate !== undefined && stopDate.getTime() < foundFromMs;
      if (isSame && !isOld) return { kind: 'started', id: executionArn, beganMs, found: true };
      const began = `AWS has ${executionArn} already, begun at ${startDate.toISOString()}`;
      const why = isSame
        ? `, and ended at ${stopDate?.toISOString()}; AutoSys may have begun its run numbers again, so add --again`
        : ' with other input';
      return {
        kind: 'refused',
        code: 'ExecutionAlreadyExists',
        message: `${began}${why}`,
        exit: nothingStarted.wrongTarget,
      };
    }
    case 'unknown':
      return { kind: 'unknown', reason: `AWS does not show ${executionArn} yet` };
    default:
      return { kind: 'unknown', reason: `DescribeExecution: ${found.reason}` };
  }
}

function isSameJson(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}

function describeRefusal(code: string, stateMachineArn: string) {
  const { input, wrongTarget } = nothingStarted;
  const isInput = code === 'InvalidExecutionInput';
  return {
    code,
    message: `StartExecution of ${stateMachineArn} was refused: ${code}`,
    exit: isInput ? input : wrongTarget,
  };
}
