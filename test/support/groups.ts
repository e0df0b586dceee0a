import { parseAutosysInstance } from '../../autosys/names.ts';
import { type Group, type GroupStatus, groupStatuses } from '../../lambda/routing/groups.ts';
import type { EventTemplate } from '../../lambda/routing/routes.ts';
import type { WorkloadEvent, WorkloadStatus } from '../../lambda/workload/workload.ts';
import { anExecutionEvent, namesOfRun } from './builders.ts';
import { toWorkloadEvent } from './read-event.ts';
import { fromStateMachine } from './routes.ts';

/** Returns a group of three state machines that sets `AWS_RISK`. Each part can be overridden. */
export function aGroup(over: Partial<Group> = {}): Group {
  return Object.freeze({
    name: 'risk',
    members: ['risk-a', 'risk-b', 'risk-c'].map(fromStateMachine),
    expect: 3,
    need: 3,
    day: { timezone: 'Europe/Zurich', cutoff: '18:00' },
    to: [parseAutosysInstance('ACE')],
    endsWithinMs: 3_600_000,
    actions: setGroupGlobal('AWS_RISK'),
    ...over,
  });
}

/** Returns actions that set a global variable to the state of a group. */
export function setGroupGlobal(
  name: string,
  statuses: readonly GroupStatus[] = groupStatuses,
): Group['actions'] {
  const toTemplate = (status: string): EventTemplate => ({
    kind: 'SET_GLOBAL',
    fields: { globalVariable: [name], value: [status] },
  });
  return Object.fromEntries(statuses.map((status) => [status, [toTemplate(status)]]));
}

/** Facts of an event of a member. */
export interface MemberFacts {
  /** Name of the state machine. */
  readonly of: string;
  readonly status: WorkloadStatus;
  /** Start of the run. @default 2026-11-20T02:00:00Z */
  readonly began?: string;
  /** Seconds from the start to the change. @default 60 */
  readonly after?: number;
  readonly redrive?: number;
}

/** Returns an EventBridge event of a member of a group. */
export function aMemberEvent({
  of,
  status,
  began = '2026-11-20T02:00:00Z',
  after = 60,
  redrive = 0,
}: MemberFacts) {
  const startMs = Date.parse(began);
  const stopMs = startMs + after * 1_000;
  const isOver = status !== 'RUNNING';
  const name = `run-${startMs}`;
  return anExecutionEvent(
    {
      ...namesOfRun(name, of),
      status,
      startDate: startMs,
      stopDate: isOver ? stopMs : null,
      redriveCount: redrive,
      ...(redrive > 0 && { redriveDate: stopMs - 1_000 }),
      ...(isOver ? {} : { output: null, outputDetails: null }),
    },
    {
      id: `${of}-${startMs}-${redrive}-${status}`,
      time: new Date(stopMs).toISOString().replace('.000Z', 'Z'),
    },
  );
}

/** Returns the workload event of a member of a group. */
export function aMember(facts: MemberFacts): WorkloadEvent {
  return toWorkloadEvent(aMemberEvent(facts));
}
