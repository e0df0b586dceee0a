import type {
  DescribeBatchJobs,
  DescribeExecution,
  FailedCall,
  FindBatchJobs,
  ReadChildExits,
} from '../../../../lambda/aws/lookup.ts';
import type {
  FailedStart,
  RedriveExecution,
  StartAnswer,
  StartExecution,
  SubmitJob,
} from '../../../../lambda/aws/start-result.ts';
import type {
  ListPage,
  ReadDefinition,
  StopCallAnswer,
} from '../../../../lambda/aws/stop-result.ts';
import type { StopCalls } from '../../../../lambda/launch/stop/stop-calls.ts';
import type { SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { World } from '../../world.ts';
import { toWorkDefinition } from './definition.ts';
import { describeBatchJobAt, describeExecutionAt } from './describe-work.ts';
import { isRunning, toRootWork, toWorkStatus, type Work, type WorkPlan } from './work.ts';
import type { SimulatedWorkloads } from './workloads.ts';

/** The faults of the AWS APIs during one period: the probability of each. */
export interface AwsFaults {
  readonly throttled: number;
  readonly denied: number;
  /** 5xx or a lost connection, before AWS has accepted the call. */
  readonly lostBefore: number;
  /** The same after AWS has accepted it. */
  readonly lostAfter: number;
}

export const noAwsFaults: AwsFaults = { throttled: 0, denied: 0, lostBefore: 0, lostAfter: 0 };

/** The simulated AWS: its workloads, its faults, and what callers asked of it. */
export interface SimulatedAws {
  readonly world: World;
  readonly workloads: SimulatedWorkloads;
  faults: AwsFaults;
  /** Plan of a run by its name. */
  readonly planFor: (name: string) => WorkPlan;
  /** Called with each accepted stop. */
  readonly onStop: (work: Work) => void;
}

/** Maximum lag of descriptions and histories, in milliseconds. */
const lagMs = 2_000;
/** Maximum lag of ListJobs and ListExecutions. The bridge waits 15 s for lists of children. */
const listLagMs = 14_000;

type Failed = FailedCall & { readonly wasAccepted: boolean };

/** Binds the calls of AWS inside one execution environment. */
export function bindAwsCalls(aws: SimulatedAws, environment: SimulatedEnvironment) {
  const { world, workloads } = aws;

  /** Makes one call. An aborted one is never sent. */
  function call<Answer>(
    name: string,
    signal: AbortSignal,
    { accept, fail }: { accept: () => Answer; fail: (failed: Failed) => Answer },
  ): Promise<Answer> {
    return environment.call(name, () => {
      const { throttled, denied, lostBefore, lostAfter } = aws.faults;
      const toFailure = (kind: FailedCall['kind'], reason: string, wasAccepted = false) => {
        world.count(`AWS calls ${reason}`);
        return fail({ kind, reason, wasAccepted });
      };
      if (signal.aborted)
        return fail({ kind: 'unavailable', reason: 'AbortError', wasAccepted: false });
      if (world.chance(throttled)) return toFailure('throttled', 'ThrottlingException');
      if (world.chance(denied)) return toFailure('denied', 'AccessDeniedException');
      if (world.chance(lostBefore)) return toFailure('unavailable', 'InternalServerError');
      const answer = accept();
      if (!world.chance(lostAfter)) return answer;
      return toFailure('unavailable', 'TimeoutError', true);
    });
  }

  const toFailedCallAnswer = ({ kind, reason }: Failed): FailedCall => ({ kind, reason });
  const toUnknownStart = ({ kind, reason }: Failed): FailedStart =>
    kind === 'unavailable' ? { kind: 'unknown', reason } : { kind: 'notSent', reason };

  function read<Answer>(name: string, signal: AbortSignal, accept: () => Answer) {
    return call<Answer | FailedCall>(name, signal, { accept, fail: toFailedCallAnswer });
  }

  const seenMs = (maxMs = lagMs) => world.nowMs - world.between(0, maxMs);

  const startExecution: StartExecution = ({ stateMachineArn, name, input }, signal) =>
    call<StartAnswer>(`StartExecution ${name}`, signal, {
      fail: toUnknownStart,
      accept: () => {
        const place = stateMachineArn.split(':')[6] ?? '';
        const arn = stateMachineArn.replace(':stateMachine:', ':execution:').concat(`:${name}`);
        const known = workloads.byId.get(arn);
        if (known && (!isRunning(known) || known.input !== input)) return { kind: 'nameTaken' };
        const work =
          known ?? workloads.startExecution({ place, name, input, plan: aws.planFor(name) });
        return { kind: 'started', id: work.id, beganMs: work.beganMs };
      },
    });

  const redriveExecution: RedriveExecution = ({ executionArn, clientToken: token }, signal) =>
    call<Awaited<ReturnType<RedriveExecution>>>(`RedriveExecution ${executionArn}`, signal, {
      fail: toUnknownStart,
      accept: () => {
        const work = workloads.byId.get(executionArn);
        if (work === undefined) return { kind: 'refused', code: 'ExecutionDoesNotExist' };
        const plan = () => aws.planFor(work.name);
        const redriven = workloads.redriveExecution(work, { token, plan });
        return typeof redriven === 'string'
          ? { kind: 'refused', code: 'ExecutionNotRedrivable' }
          : { kind: 'redriven', redrivenMs: redriven };
      },
    });

  const submitJob: SubmitJob = (job, signal) =>
    call<StartAnswer>(`SubmitJob ${job.jobName}`, signal, {
      fail: toUnknownStart,
      accept: () => {
        const { jobName: name, jobQueue: place, jobDefinition: definition, arraySize } = job;
        const plan = aws.planFor(name);
        const work = workloads.submitJob({ name, place, definition, plan, arraySize });
        return { kind: 'started', id: work.id, beganMs: work.beganMs };
      },
    });

  const describeExecution: DescribeExecution = (arn, signal) =>
    read(`DescribeExecution ${arn}`, signal, () => {
      const work = workloads.byId.get(arn);
      const execution = work && describeExecutionAt(work, seenMs());
      return execution ? { kind: 'found', execution } : { kind: 'unknown' };
    });

  const describeBatchJobs: DescribeBatchJobs = ({ batchJobIds }, signal) =>
    read('DescribeJobs', signal, () => {
      const asOfMs = seenMs();
      const jobs = batchJobIds.flatMap((id) => {
        const work = workloads.byId.get(id);
        return (work && describeBatchJobAt(work, asOfMs)) ?? [];
      });
      return { kind: 'found' as const, jobs };
    });

  const stop = (name: string, id: string, signal: AbortSignal, carryOut: (work: Work) => void) =>
    call<StopCallAnswer>(`${name} ${id}`, signal, {
      fail: toFailedCallAnswer,
      accept: () => {
        const work = workloads.byId.get(id);
        if (work === undefined) return { kind: 'unknown' };
        aws.onStop(work);
        if (isRunning(work)) {
          world.count(`stops of ${toRootWork(work) === work ? 'runs' : 'parts'}`);
          carryOut(work);
        }
        return { kind: 'accepted' };
      },
    });

  const findJobs: FindBatchJobs = ({ jobName, jobQueue }, signal) =>
    read('ListJobs', signal, () => {
      const asOfMs = seenMs(listLagMs);
      const jobs = workloads.works
        .filter(
          ({ kind, name, place, parent }) =>
            kind === 'batchJob' && name === jobName && place === jobQueue && !parent,
        )
        .filter(({ beganMs }) => beganMs <= asOfMs)
        .map(({ id, beganMs }) => ({ id, createdMs: beganMs }));
      return { kind: 'found' as const, jobs };
    });

  const readChildExits: ReadChildExits = (id, signal) =>
    read('ListJobs', signal, () => {
      const failed = (workloads.byId.get(id)?.children ?? []).filter(
        (one) => toWorkStatus(one) === 'FAILED',
      );
      return {
        kind: 'found' as const,
        exitCodes: failed.map(({ exitCode }) => exitCode),
        isPartial: false,
      };
    });

  /** Children of a Map Run or an array in one status, as a list that lags shows them. */
  const list = (name: string, of: string, status: string, signal: AbortSignal) =>
    read<ListPage<string>>(name, signal, () => {
      const asOfMs = seenMs(listLagMs);
      const items = workloads.works
        .filter(({ listedBy }) => listedBy === of)
        .filter((work) => toStatusAt(work, asOfMs) === status)
        .map(({ id }) => id);
      return { kind: 'found', items };
    });

  const stopCalls: StopCalls = {
    describeExecution,
    describeBatchJobs,
    stopExecution: (arn, _reason, signal) =>
      stop('StopExecution', arn, signal, (work) => workloads.stopExecution(work)),
    terminateJob: (id, _reason, signal) =>
      stop('TerminateJob', id, signal, (work) => workloads.terminateJob(work)),
    readHistory: (arn, _from, signal) =>
      read('GetExecutionHistory', signal, () => {
        const asOfMs = seenMs();
        const all = workloads.byId.get(arn)?.history ?? [];
        const items = all.filter(({ atMs }) => atMs <= asOfMs).map(({ event }) => event);
        return { kind: 'found', items };
      }),
    listMapRuns: (arn, _from, signal) =>
      read('ListMapRuns', signal, () => ({
        kind: 'found',
        items: workloads.byId.get(arn)?.mapRuns ?? [],
      })),
    listMapChildren: ({ of, status }, signal) => list('ListExecutions', of, status, signal),
    listArrayChildren: ({ of, status }, signal) => list('ListJobs', of, status, signal),
    describeMapRun: (mapRunArn, signal) =>
      read('DescribeMapRun', signal, () =>
        describeMapRunAt(workloads, mapRunArn, seenMs(listLagMs)),
      ),
    readDefinition: (arn, signal) =>
      read<Awaited<ReturnType<ReadDefinition>>>('DescribeStateMachineForExecution', signal, () => {
        const work = workloads.byId.get(arn);
        if (work === undefined) return { kind: 'unavailable', reason: 'ExecutionDoesNotExist' };
        return { kind: 'found', definition: toWorkDefinition(work) };
      }),
  };
  return {
    startExecution,
    redriveExecution,
    submitJob,
    describeExecution,
    describeBatchJobs,
    findJobs,
    readChildExits,
    stopCalls,
  };
}

/** A Map Run, with its children as they were at an instant. */
function describeMapRunAt({ works }: SimulatedWorkloads, mapRunArn: string, asOfMs: number) {
  const children = works.filter(({ listedBy }) => listedBy === mapRunArn);
  const executionArn = children[0]?.parent?.id ?? '';
  const statuses = children.flatMap((work) => toStatusAt(work, asOfMs) ?? []);
  const notAborted = statuses.filter((status) => status !== 'ABORTED').length;
  return { kind: 'found' as const, executionArn, notAborted };
}

function toStatusAt({ changes }: Work, asOfMs: number): string | undefined {
  return changes.findLast(({ atMs }) => atMs <= asOfMs)?.status;
}

/** The calls of AWS of one execution environment. */
export type BoundAwsCalls = ReturnType<typeof bindAwsCalls>;
