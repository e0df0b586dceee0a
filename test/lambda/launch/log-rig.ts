import { SubmitJobCommand } from '@aws-sdk/client-batch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createReadHistory } from '../../../lambda/aws/read-history.ts';
import { createReadFailedChildren, createReadJobLogs } from '../../../lambda/aws/read-job-logs.ts';
import { createReadLog } from '../../../lambda/aws/read-log.ts';
import { createReadFailedMapChildren } from '../../../lambda/aws/read-map-children.ts';
import { createFindLogSources } from '../../../lambda/launch/find-log-sources.ts';
import { intend } from '../../../lambda/launch/intend.ts';
import { type Launch, settleLaunch } from '../../../lambda/launch/launch.ts';
import { createLaunchedRuns } from '../../../lambda/launch/launched-runs.ts';
import { createLaunches } from '../../../lambda/launch/launches.ts';
import { createReadRunLog } from '../../../lambda/launch/read-run-log.ts';
import { toRunAnswer } from '../../../lambda/launch/to-run-answer.ts';
import { createRuns } from '../../../lambda/ledger/run-row.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import type { BatchJobPlan, ExecutionStep } from '../../../local/index.ts';
import type { JobDefinitionDeclaration } from '../../../local/workloads/batch/resources.ts';
import { startPlannedAws, stateMachineArn } from '../../local/workloads/planned-aws.ts';
import { aCaller } from './rig.ts';

export const runName = 'NIGHT_EOD-r1620t1-ACE';
const home = { account: '111122223333', region: 'eu-west-1' };
const route = { name: 'target:settlement', endsWithinMs: 90 * 60_000 };

/** The log of one run over the embedded AWS, with the real clients and rows in memory. */
export async function startLogRig() {
  const aws = await startPlannedAws();
  const stack = new AsyncDisposableStack();
  stack.use(aws);
  const { workloads, clock } = aws;
  const logs = stack.adopt(
    new CloudWatchLogsClient({
      ...{ endpoint: workloads.url, region: home.region, maxAttempts: 1 },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
    (client) => client.destroy(),
  );
  const now = () => new Date(clock.now());
  const table = createMemoryTable({ now });
  const launches = createLaunches({ table, now });
  const runs = createLaunchedRuns({ table, now, home, targets: [] });
  const readRunLog = createReadRunLog({
    ...{ launches, runs, region: home.region, now },
    findLogSources: createFindLogSources({
      readJobLogs: createReadJobLogs(aws.batch),
      readFailedChildren: createReadFailedChildren(aws.batch),
      readFailedMapChildren: createReadFailedMapChildren(aws.sfn),
      readHistory: createReadHistory(aws.sfn),
    }),
    readLog: createReadLog(logs),
  });
  let reported = 0;
  let bound: Launch | undefined;

  /** Writes the launch row, as if the bridge had started the run. */
  async function bind(workload: Launch['workload'], id: string): Promise<void> {
    const nowMs = clock.now();
    const identity = {
      kind: 'jobTry',
      instance: 'ACE',
      job: 'NIGHT_EOD',
      run: 1620,
      try: 1,
    } as const;
    const facts = { target: 'settlement', caller: 'agents', launchId: 'one', inputDigest: '' };
    const request = { identity, workload, ...facts, again: false, wait: false };
    const launch = intend(request, { name: runName, start: 1, nowMs });
    bound = settleLaunch(launch, { kind: 'started', id, beganMs: nowMs }, nowMs);
    await launches.write(bound, undefined);
  }

  /** Records the events that AWS has emitted for the run itself, as the report function does. */
  async function report(): Promise<void> {
    const id = bound?.aws?.id;
    for (const event of aws.events.slice(reported)) {
      const reading = readWorkloadEvent(event, now());
      if (reading.kind !== 'event') continue;
      const { event: one } = reading;
      const of = one.kind === 'execution' ? one.executionArn : one.batchJobId;
      if (of !== id) continue;
      await createRuns({ table, now })(one, [route]).record([{ text: 'no action' }]);
    }
    reported = aws.events.length;
  }

  const page = async (from?: string) => {
    await report();
    const asked = { name: runName, ...(from !== undefined && { from }) };
    return readRunLog(asked, aCaller(), new AbortController().signal);
  };

  return {
    ...{ aws, workloads, clock, page, bind },
    /** Submits a job with this plan and binds the run to it. */
    async submit(
      plan: BatchJobPlan,
      over: Partial<JobDefinitionDeclaration> & { readonly arraySize?: number } = {},
    ): Promise<string> {
      const { arraySize: size, ...definition } = over;
      workloads.define({ jobQueue: 'night' });
      workloads.define({ jobDefinition: 'risk', runs: plan, ...definition });
      const { jobId = '' } = await aws.batch.send(
        new SubmitJobCommand({
          ...{ jobName: runName, jobQueue: 'night', jobDefinition: 'risk' },
          ...(size !== undefined && { arrayProperties: { size } }),
        }),
      );
      await bind('batchJob', jobId);
      return jobId;
    },
    /** Starts an execution with these states and binds the run to it. */
    async execute(steps: readonly ExecutionStep[], timesOutAfterMs?: number): Promise<string> {
      workloads.define({
        stateMachine: 'settle',
        runs: { steps, ...(timesOutAfterMs !== undefined && { timesOutAfterMs }) },
      });
      const start = { stateMachineArn: stateMachineArn('settle'), name: runName };
      const { executionArn = '' } = await aws.sfn.send(new StartExecutionCommand(start));
      await bind('execution', executionArn);
      return executionArn;
    },
    /** All pages from here to the end, with the last token. */
    async readAll(from?: string) {
      const pages: string[] = [];
      for (let next = from; pages.length < 500; ) {
        const answer = await page(next);
        pages.push(answer.text);
        next = answer.next;
        if (answer.end) return { text: pages.join(''), pages, next };
      }
      throw new Error('the log has no end after 500 pages');
    },
    /** The answer about the run, from its rows alone. */
    async status() {
      await report();
      if (bound === undefined) throw new Error('no run is bound');
      const facts = { target: undefined, region: home.region, nowMs: clock.now(), random: 0.5 };
      return toRunAnswer(bound, await runs.read(bound), facts);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
