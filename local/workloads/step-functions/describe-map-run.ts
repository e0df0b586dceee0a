import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import { structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import type { MapRunRecord } from './map-runs.ts';
import { readStatesArn } from './states-arn.ts';

/** DescribeMapRun: settings, status and the number of children by status. Each child has one item. */
export function createDescribeMapRunOperation({
  executions,
  mapRuns,
}: Pick<WorkloadWorld, 'executions' | 'mapRuns'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'DescribeMapRun',
    request: structure({ mapRunArn: textMember({ min: 1, max: 2_000 }) }),
    permissions: ({ mapRunArn }) => [{ action: 'states:DescribeMapRun', resource: mapRunArn }],
    run: function describeMapRun({ mapRunArn }) {
      readStatesArn(mapRunArn, 'mapRun');
      const found = mapRuns.find(mapRunArn);
      if (found === undefined) {
        throw new ServiceRefusal('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
      }
      const counts = countChildren(found, executions);
      const { stoppedAt, redrivenAt } = found;
      return {
        ...{ mapRunArn, executionArn: found.executionArn, status: found.status },
        startDate: found.startedAt / 1_000,
        ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1_000 }),
        maxConcurrency: found.maxConcurrency,
        toleratedFailurePercentage: 0,
        toleratedFailureCount: found.toleratedFailureCount,
        itemCounts: counts,
        executionCounts: counts,
        redriveCount: found.redriveCount,
        ...(redrivenAt !== undefined && { redriveDate: redrivenAt / 1_000 }),
      };
    },
  });
}

function countChildren(
  { children, items, status }: MapRunRecord,
  executions: WorkloadWorld['executions'],
) {
  const statuses = [...children.values()].map((arn) => executions.find(arn)?.status);
  const count = (wanted: string) => statuses.filter((one) => one === wanted).length;
  return {
    pending: items - children.size,
    running: count('RUNNING'),
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    timedOut: count('TIMED_OUT'),
    aborted: count('ABORTED'),
    total: items,
    resultsWritten: status === 'RUNNING' ? 0 : count('SUCCEEDED'),
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}
