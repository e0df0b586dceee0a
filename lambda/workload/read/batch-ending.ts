import * as z from 'zod/mini';
import type { BatchJobStatus } from '../../contract.ts';
import { optionalInstant, optionalText } from './envelope.ts';
import { isUninformative } from './reason.ts';

/** How one container ended. Command and environment are not read. */
const container = z.object({
  name: optionalText,
  exitCode: z.nullish(z.number()),
  reason: optionalText,
  taskArn: optionalText,
  logStreamName: optionalText,
});

const containers = z.nullish(z.array(container));
const tasks = z.nullish(z.array(z.object({ containers })));

const attempt = z.object({
  container: z.nullish(container),
  // EKS: `containers` start after all `initContainers`, and never start if one of those fails.
  containers,
  initContainers: containers,
  // ECS with several containers.
  taskProperties: tasks,
  statusReason: optionalText,
  startedAt: optionalInstant,
  stoppedAt: optionalInstant,
});

/**
 * The fields of `detail` that describe the end of a Batch job (AWS Batch API reference, JobDetail).
 */
export const endingFields = {
  statusReason: optionalText,
  attempts: z.nullish(z.array(attempt)),
  // EC2 and Fargate jobs have it too, empty. So its presence does not show an EKS job.
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

/** Exit code and reason of an ended attempt. A job can be FAILED with exit code 0. */
export interface BatchEnding {
  readonly exitCode?: number;
  readonly reason?: string;
}

/** The ended attempts that the event lists, oldest first. */
export function toAttempts({ attempts, eksAttempts }: Given) {
  return attempts?.length ? attempts : (eksAttempts ?? []);
}

/** Maximum log streams of an event that are read, and maximum characters of each (Logs API). */
const keptStreams = { names: 20, characters: 512 };

/**
 * Log streams of the attempts, oldest first: of those that have ended, then of the one that runs.
 * At most 20; a name that CloudWatch Logs does not allow is left out.
 */
export function readLogStreams(given: Given): readonly string[] {
  const ofAttempts = (given.attempts ?? []).flatMap((one) => [
    one.container,
    ...flatten(one.taskProperties),
  ]);
  const ofJob = [given.container, ...flatten(given.ecsProperties?.taskProperties)];
  const names = [...ofAttempts, ...ofJob].flatMap((one) => one?.logStreamName || []);
  return [...new Set(names)].filter(isLogStreamName).slice(-keptStreams.names);
}

/** 1 to 512 characters, without colon and asterisk (CloudWatch Logs API model). */
function isLogStreamName(name: string): boolean {
  return name.length <= keptStreams.characters && /^[^:*]+$/.test(name);
}

/**
 * Reads how the newest attempt ended. Exit code and container reason come from the failing
 * container.
 *
 * AWS Batch does not name the failing one of several containers. It is inferred: see {@link
 * toRank}.
 */
export function readEnding(status: BatchJobStatus, given: Given): BatchEnding {
  // The listed attempts have ended. They do not describe the attempt that runs now.
  if (status === 'STARTING' || status === 'RUNNING') return toEnding(undefined, given.statusReason);
  const last = toAttempts(given).at(-1);
  const main = toMain(given, last);
  const batchReasons = [given.statusReason, last?.statusReason];
  if (status === 'SUCCEEDED') {
    // A sidecar that was stopped after the main container leaves a code other than 0.
    const hasExitCode = main.some(({ exitCode }) => exitCode != null);
    const successful = main.find(({ exitCode }) => exitCode === 0);
    return toEnding(hasExitCode ? 0 : undefined, ...batchReasons, successful?.reason);
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

/** First informative reason: of Batch for the job, of the container, of Batch for the attempt. */
function toReason(
  { reason }: Container,
  ofJob: string | null | undefined,
  ofAttempt: string | null | undefined,
): string | undefined {
  const informative = [ofJob, reason, ofAttempt].find((one) => one && !isUninformative(one));
  return informative ?? ([reason, ofJob, ofAttempt].find((one) => one) || undefined);
}

/** The failing container, or `undefined` if none is known to have failed. */
function findFailing(
  main: readonly Container[],
  init: readonly Container[],
): Container | undefined {
  // Init containers count only if no main container has ended. A sidecar is an init container too,
  // and is stopped at the end.
  const started = main.some(({ exitCode }) => exitCode != null);
  const failing = [...(started ? [] : init), ...main].filter((one) => toRank(one) < notFailed);
  return failing.toSorted((one, other) => toRank(one) - toRank(other))[0];
}

const notFailed = 5;

/**
 * 128 + SIGKILL and 128 + SIGTERM: exit codes of the containers stopped after an essential one
 * failed.
 */
const stopSignals: readonly number[] = [137, 143];

/**
 * The lower the rank, the likelier the container caused the failure. Of equal ranks the first
 * counts.
 */
function toRank({ exitCode, reason }: Container): number {
  const isInformative = reason != null && reason !== '' && !isUninformative(reason);
  if (exitCode == null) return isInformative ? 2 : notFailed;
  if (exitCode === 0) return isInformative ? 3 : notFailed;
  if (isInformative) return 0;
  return stopSignals.includes(exitCode) ? 4 : 1;
}

type Attempt = ReturnType<typeof toAttempts>[number];

/** The main containers of the newest attempt, from all fields that may list them. */
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
 * Merges the containers of the job with those of its last listed attempt. Both describe the same
 * containers, and each has only some of the fields.
 *
 * If they contradict each other, the newest attempt is missing from the list, so the job's fields
 * count.
 */
function merge(ofJob: readonly Container[], ofAttempt: readonly Container[]): readonly Container[] {
  const isSameAs = (one: Container) => (other: Container) =>
    (one.name ?? '') === (other.name ?? '');
  return [
    ...ofJob.map((one) => {
      const same = ofAttempt.find(isSameAs(one));
      if (same === undefined || contradicts(one, same)) return one;
      return {
        ...one,
        exitCode: one.exitCode ?? same.exitCode,
        reason: one.reason || same.reason,
      };
    }),
    ...ofAttempt.filter((one) => !ofJob.some(isSameAs(one))),
  ];
}

function contradicts(one: Container, other: Container): boolean {
  const differ = (left: unknown, right: unknown) => left != null && right != null && left !== right;
  return differ(one.exitCode, other.exitCode) || differ(one.taskArn, other.taskArn);
}
