import { createFindBatchJobs, createReadChildExits } from '../../../lambda/aws/find-jobs.ts';
import type { SubmitJob } from '../../../lambda/aws/start-result.ts';
import { createSubmitJob } from '../../../lambda/aws/submit-job.ts';
import type { SetMirror } from '../../../lambda/launch/mirror/set-mirror.ts';
import { createRuns } from '../../../lambda/ledger/run-row.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import type { BatchJobTarget } from '../../../lambda/routing/targets.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import type { JobDefinitionDeclaration } from '../../../local/index.ts';
import { startPlannedAws } from '../../local/workloads/planned-aws.ts';
import { aCaller, aLaunchRig } from './rig.ts';

const minuteMs = 60_000;

/** A Batch target with the defaults of the route file compiler. */
export function aBatchTarget(over: Partial<BatchJobTarget> = {}): BatchJobTarget {
  return {
    name: 'risk',
    kind: 'batchJob',
    from: {
      kind: 'batchJob',
      jobQueue: { by: 'name', text: 'night' },
      jobDefinition: { by: 'name', text: 'risk' },
      arrayChildren: 'ignore',
      nodes: 'ignore',
    },
    jobQueue: 'night',
    jobDefinition: 'risk',
    overrides: {},
    dependsOn: [],
    input: { template: { date: `\${param.date}` } },
    params: { date: '\\d{4}-\\d{2}-\\d{2}' },
    endsWithinMs: 90 * minuteMs,
    onKill: 'stop',
    exitCodes: {},
    children: { stateMachines: [], jobQueues: [], jobDefinitions: [] },
    enabled: true,
    ...over,
  };
}

interface BatchRigOptions {
  readonly target?: Partial<BatchJobTarget>;
  readonly definition?: Partial<JobDefinitionDeclaration>;
  readonly wrap?: (table: SearchableTable) => SearchableTable;
  readonly setMirror?: SetMirror;
}

/** The launch function in front of the embedded AWS Batch, over the real SDK client. */
export async function aBatchRig(options: BatchRigOptions = {}) {
  const { target = {}, definition = {}, wrap, setMirror } = options;
  const aws = await startPlannedAws();
  aws.workloads.define({ jobQueue: 'night' });
  aws.workloads.define({ jobDefinition: 'risk', ...definition });
  const clock = () => aws.clock.now();
  const ports: { submitJob: SubmitJob } = {
    submitJob: createSubmitJob({ client: aws.batch, now: () => new Date(clock()) }),
  };
  const rig = aLaunchRig({
    targets: [aBatchTarget(target)],
    callers: [aCaller({ targets: ['risk'] })],
    clock,
    ...(wrap && { wrap }),
    ...(setMirror && { setMirror }),
    batch: {
      submitJob: (...call) => ports.submitJob(...call),
      findJobs: createFindBatchJobs(aws.batch),
      readChildExits: createReadChildExits(aws.batch),
    },
  });
  let reported = 0;
  return {
    ...rig,
    aws,
    /** May be replaced, for a function that dies or answers late. */
    ports,
    /** Starts run 1620, try 1 of `NIGHT_EOD`. */
    start: (over: Readonly<Record<string, unknown>> = {}) => rig.start({ target: 'risk', ...over }),
    /** Jobs of AWS Batch, without the children of arrays. */
    jobs: () => aws.workloads.runs.filter(({ startedBy }) => startedBy === undefined),
    /** Records the events since the last call, as the report function does. */
    report: async () => {
      const events = aws.events.slice(reported);
      reported = aws.events.length;
      for (const event of events) {
        const reading = readWorkloadEvent(event, new Date(clock()));
        if (reading.kind !== 'event') throw new Error(`unreadable event: ${reading.kind}`);
        const isChild = reading.event.kind === 'batchJob' && reading.event.role === 'arrayChild';
        if (isChild) continue;
        const route = { name: 'target:risk', endsWithinMs: 90 * minuteMs };
        const now = () => new Date(clock());
        await createRuns({ table: rig.table, now })(reading.event, [route]).record([]);
      }
    },
    [Symbol.asyncDispose]: () => aws[Symbol.asyncDispose](),
  };
}
