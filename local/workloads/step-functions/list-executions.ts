import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import { enumMember, integerMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { type ExecutionRecord, isExecutionEnded } from './execution.ts';
import { invalidToken } from './invalid-token.ts';

const defaultPage = 100;

const request = structure({
  stateMachineArn: optionalMember(textMember({ min: 1, max: 256 })),
  mapRunArn: optionalMember(textMember({ min: 1, max: 2_000 })),
  statusFilter: optionalMember(
    enumMember(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']),
  ),
  redriveFilter: optionalMember(enumMember(['REDRIVEN', 'NOT_REDRIVEN'])),
  maxResults: optionalMember(integerMember({ min: 0, max: 1_000 })),
  nextToken: optionalMember(textMember({ min: 1, max: 3_096 })),
});

/**
 * ListExecutions: the executions of a state machine, version or alias, or the children of a Map
 * Run, the newest first. May lag behind.
 */
export function createListExecutionsOperation(
  world: Pick<WorkloadWorld, 'stateMachines' | 'executions' | 'mapRuns' | 'settings' | 'tokens'>,
): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'ListExecutions',
    request,
    permissions: ({ stateMachineArn, mapRunArn }) => [
      { action: 'states:ListExecutions', resource: mapRunArn ?? stateMachineArn ?? '*' },
    ],
    run: function listExecutions({ nextToken: token, maxResults, ...query }) {
      const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = query;
      if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
        throw invalid('allowed: either stateMachineArn or mapRunArn');
      }
      if (statusFilter === 'PENDING_REDRIVE' && mapRunArn === undefined) {
        throw invalid('statusFilter PENDING_REDRIVE: allowed with mapRunArn only');
      }
      if (redriveFilter !== undefined && mapRunArn === undefined) {
        throw invalid('redriveFilter: allowed with mapRunArn only');
      }
      const belongs = toCondition(world, query);
      const found = world.executions
        .list(world.settings().lagMs.ListExecutions)
        .filter(belongs)
        .filter(({ status }) => statusFilter === undefined || status === statusFilter)
        .filter(({ redriveCount }) => {
          return redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN');
        })
        .toReversed()
        .toSorted((a, b) => toSortTime(b) - toSortTime(a));
      const items = found.map((record) => toItem(record, mapRunArn !== undefined));
      const scope = { operation: 'ListExecutions', ...query };
      const page = world.tokens.page(items, { scope, size: maxResults || defaultPage, token });
      if (page === undefined) throw invalidToken(token);
      return { executions: page.items, nextToken: page.nextToken };
    },
  });
}

function toCondition(
  { stateMachines, mapRuns }: Pick<WorkloadWorld, 'stateMachines' | 'mapRuns'>,
  query: { readonly stateMachineArn?: string | undefined; readonly mapRunArn?: string | undefined },
): (record: ExecutionRecord) => boolean {
  const { stateMachineArn = '', mapRunArn } = query;
  if (mapRunArn !== undefined) {
    if (mapRuns.find(mapRunArn)) return (record) => record.mapRunArn === mapRunArn;
    throw new ServiceRefusal('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
  }
  const { machine, versionArn, aliasArn } = stateMachines.resolve(stateMachineArn);
  if (machine.type === 'EXPRESS') {
    const message = 'This operation is not supported by this type of state machine';
    throw new ServiceRefusal('StateMachineTypeNotSupported', message);
  }
  return (record) => {
    if (record.stateMachineArn !== machine.arn) return false;
    if (aliasArn !== undefined) return record.aliasArn === aliasArn;
    return versionArn === undefined || record.versionArn === versionArn;
  };
}

/** Documented: running executions by start or redrive, the others by their end. */
function toSortTime(record: ExecutionRecord): number {
  const { startedAt, redrivenAt, stoppedAt } = record;
  return isExecutionEnded(record) ? (stoppedAt ?? 0) : (redrivenAt ?? startedAt);
}

function toItem(record: ExecutionRecord, ofMapRun: boolean) {
  const { stoppedAt, redrivenAt, versionArn, aliasArn } = record;
  return {
    executionArn: record.executionArn,
    stateMachineArn: record.stateMachineArn,
    name: record.executionName,
    status: record.status,
    startDate: record.startedAt / 1_000,
    ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1_000 }),
    ...(ofMapRun && { mapRunArn: record.mapRunArn, itemCount: 1 }),
    ...(versionArn !== undefined && { stateMachineVersionArn: versionArn }),
    ...(aliasArn !== undefined && { stateMachineAliasArn: aliasArn }),
    redriveCount: record.redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: redrivenAt / 1_000 }),
  };
}

function invalid(message: string): ServiceRefusal {
  return new ServiceRefusal('ValidationException', message);
}
