import type { Selector } from '../../lambda/routing/origin.ts';
import type {
  BatchJobTarget,
  ExecutionTarget,
  LaunchTarget,
} from '../../lambda/routing/targets.ts';
import type { Faults, Path } from '../faults.ts';
import { launchNames, toSelector } from '../selector.ts';
import { formatFault } from '../shapes.ts';

type RawTarget = Readonly<Record<string, unknown>>;

const batchNames = ['jobQueue', 'jobDefinition'] as const;
const batchKeys = [...batchNames, 'array', 'overrides', 'dependsOn'] as const;

/** Returns the kind of workload that a target starts, even if it has faults. */
export function toLaunchKind(raw: RawTarget): LaunchTarget['kind'] | undefined {
  if ('stateMachine' in raw) return 'execution';
  return batchNames.some((key) => key in raw) ? 'batchJob' : undefined;
}

/** Checks that a target names exactly one workload, and has only keys of its kind. */
export function checkLaunchWorkload(raw: RawTarget, path: Path, faults: Faults): void {
  const kind = toLaunchKind(raw);
  if (kind === undefined) {
    faults.at(
      path,
      'target: found no workload, allowed: stateMachine, or jobQueue and jobDefinition',
    );
    return;
  }
  if (kind === 'execution') {
    for (const key of batchKeys.filter((one) => one in raw)) {
      faults.atKey(
        [...path, key],
        `${key}: found in a target with stateMachine, allowed: with jobQueue and jobDefinition only; remove it, or use two targets`,
      );
    }
    return;
  }
  for (const key of batchNames.filter((one) => !(one in raw))) {
    faults.at([...path, key], formatFault(key, undefined, launchNames[key]));
  }
}

/** Returns the workload of a target that starts a state machine. @param text a valid name or ARN */
export function toExecutionWorkload(
  text: string,
): Pick<ExecutionTarget, 'kind' | 'stateMachine' | 'qualifier' | 'from'> {
  const parts = text.split(':');
  const isArn = text.startsWith('arn:');
  const [stateMachine = '', qualifier] = isArn ? parts.slice(6) : parts;
  const selected = isArn ? parts.slice(0, 7).join(':') : stateMachine;
  return {
    kind: 'execution',
    stateMachine,
    ...(qualifier !== undefined && { qualifier }),
    from: { kind: 'execution', stateMachine: toSelector(selected), mapChildren: 'ignore' },
  };
}

/** Returns the workload of a target that starts a Batch job. @param given valid names or ARNs */
export function toBatchJobWorkload(given: {
  readonly jobQueue: string;
  readonly jobDefinition: string;
}): Pick<BatchJobTarget, 'kind' | 'jobQueue' | 'jobDefinition' | 'from'> {
  const [jobQueue, jobDefinition] = [toSelector(given.jobQueue), toSelector(given.jobDefinition)];
  return {
    kind: 'batchJob',
    jobQueue: toBareName(jobQueue),
    jobDefinition: toBareName(jobDefinition),
    from: { kind: 'batchJob', jobQueue, jobDefinition, arrayChildren: 'ignore', nodes: 'ignore' },
  };
}

function toBareName({ by, text }: Selector): string {
  return by === 'arn' ? text.slice(text.indexOf('/') + 1) : text;
}
