import * as z from 'zod/mini';
import type { BatchJobStatus } from '../../contract.ts';
import { optionalInstant, optionalText } from './envelope.ts';
import { saysNothing } from './reason.ts';

/** The end of one container. Command and environment are not read. */
const container = z.object({
  name: optionalText,
  exitCode: z.nullish(z.number()),
  reason: optionalText,
  taskArn: optionalText,
});

const containers = z.nullish(z.array(container));
const tasks = z.nullish(z.array(z.object({ containers })));

const attempt = z.object({
  container: z.nullish(container),
  // EKS: `containers` run after all `initContainers`, and never start where one of these fails.
  containers,
  initContainers: containers,
  // ECS with several containers.
  taskProperties: tasks,
  statusReason: optionalText,
  startedAt: optionalInstant,
  stoppedAt: optionalInstant,
});

/** The fields of `detail` that describe the end of a Batch job (AWS Batch API reference, JobDetail). */
export const endingFields = {
  statusReason: optionalText,
  attempts: z.nullish(z.array(attempt)),
  // Present and empty on EC2 and Fargate jobs too: its presence does not make an EKS job.
  eksAttempts: z.nullish(z.array(attempt)),
  container: z.nullish(container),
  ecsProperties: z.nullish(z.object({ taskProperties: tasks })),
  eksProperties: z.nullish(
    z.object({ podProperties: z.nullish(z.object({ containers, initContainers: containers })) }),
  ),
};

const shape = z.object(endingFields);

type Given = z.output<typeof shape>;
type Container = z.output<typeof container>;

/** Exit code and reason of an ended attempt. The exit code is for people: FAILED with 0 exists. */
export interface BatchEnding {
  readonly exitCode?: number;
  readonly reason?: string;
}

/** The ended attempts that the event lists, oldest first. */
export function toAttempts({ attempts, eksAttempts }: Given) {
  return attempts?.length ? attempts : (eksAttempts ?? []);
}

/**
 * Reads how the newest attempt ended. Exit code and container reason come from one container, the failing one.
 *
 * Which of several containers failed is inferred: AWS Batch does not name it. See {@link toRank}.
 */
export function readEnding(status: BatchJobStatus, given: Given): BatchEnding {
  // The listed attempts have ended. They say nothing about the attempt that runs now.
  if (status === 'STARTING' || status === 'RUNNING') return toEnding(undefined, given.statusReason);
  const last = toAttempts(given).at(-1);
  const main = toMain(given, last);
  const batchReasons = [given.statusReason, last?.statusReason];
  if (status === 'SUCCEEDED') {
    // A sidecar that was stopped after the main container leaves a code other than 0.
    const reported = main.some(({ exitCode }) => exitCode != null);
    const well = main.find(({ exitCode }) => exitCode === 0);
    return toEnding(reported ? 0 : undefined, ...batchReasons, well?.reason);
  }
  const failing = findFailing(main, toInit(given, last));
  if (failing === undefined) {
    const code = main.map(({ exitCode }) => exitCode).find((one) => one != null);
    return toEnding(code, ...batchReasons);
  }
  return toEnding(failing.exitCode, toReason(failing, given.statusReason, last?.statusReason));
}

function toEnding(
  exitCode: number | null | undefined,
  ...reasons: readonly (string | null | undefined)[]
): BatchEnding {
  const reason = reasons.find((one) => one);
  return { ...(exitCode != null && { exitCode }), ...(reason && { reason }) };
}

/** The reason that explains most: of Batch for the job, of the container, of Batch for the attempt. */
function toReason(
  { reason }: Container,
  ofJob: string | null | undefined,
  ofAttempt: string | null | undefined,
): string | undefined {
  const telling = [ofJob, reason, ofAttempt].find((one) => one && !saysNothing(one));
  return telling ?? ([reason, ofJob, ofAttempt].find((one) => one) || undefined);
}

/** The failing container, or `undefined` where none is known to have failed. */
function findFailing(
  main: readonly Container[],
  init: readonly Container[],
): Container | undefined {
  // An init container decides only where no main container has ended: a sidecar is one too, and is stopped at the end.
  const started = main.some(({ exitCode }) => exitCode != null);
  const failing = [...(started ? [] : init), ...main].filter((one) => toRank(one) < notFailed);
  return failing.toSorted((one, other) => toRank(one) - toRank(other))[0];
}

const notFailed = 5;

/** 128 + SIGKILL and 128 + SIGTERM: how the other containers end when an essential one has failed. */
const stopSignals: readonly number[] = [137, 143];

/** The lower, the likelier this container is the cause of the failure; of equal ones the first counts. */
function toRank({ exitCode, reason }: Container): number {
  const isTelling = reason != null && reason !== '' && !saysNothing(reason);
  if (exitCode == null) return isTelling ? 2 : notFailed;
  if (exitCode === 0) return isTelling ? 3 : notFailed;
  if (isTelling) return 0;
  return stopSignals.includes(exitCode) ? 4 : 1;
}

type Attempt = ReturnType<typeof toAttempts>[number];

/** The containers of the newest attempt, wherever this kind of job lists them. */
function toMain(given: Given, last: Attempt | undefined): readonly Container[] {
  return merge(
    [
      ...(given.container ? [given.container] : []),
      ...flatten(given.ecsProperties?.taskProperties),
      ...(given.eksProperties?.podProperties?.containers ?? []),
    ],
    [
      ...(last?.container ? [last.container] : []),
      ...(last?.containers ?? []),
      ...flatten(last?.taskProperties),
    ],
  );
}

function toInit(given: Given, last: Attempt | undefined): readonly Container[] {
  return merge(
    given.eksProperties?.podProperties?.initContainers ?? [],
    last?.initContainers ?? [],
  );
}

function flatten(given: z.output<typeof tasks>): readonly Container[] {
  return given?.flatMap((task) => task.containers ?? []) ?? [];
}

/**
 * The job and its last listed attempt describe the same containers, each with a part of the facts.
 *
 * Where they contradict each other, the list lacks the newest attempt, and the job counts.
 */
function merge(ofJob: readonly Container[], ofAttempt: readonly Container[]): readonly Container[] {
  const isOf = (one: Container) => (other: Container) => (one.name ?? '') === (other.name ?? '');
  return [
    ...ofJob.map((one) => {
      const same = ofAttempt.find(isOf(one));
      if (same === undefined || contradicts(one, same)) return one;
      return {
        ...one,
        exitCode: one.exitCode ?? same.exitCode,
        reason: one.reason || same.reason,
      };
    }),
    ...ofAttempt.filter((one) => !ofJob.some(isOf(one))),
  ];
}

function contradicts(one: Container, other: Container): boolean {
  const differ = (left: unknown, right: unknown) => left != null && right != null && left !== right;
  return differ(one.exitCode, other.exitCode) || differ(one.taskArn, other.taskArn);
}
