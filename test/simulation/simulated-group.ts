import type { Version } from '../../lambda/workload/version.ts';
import { isOver } from '../../lambda/workload/workload.ts';

/** The group of some scenarios. At least two members must succeed on a business day. */
export interface SimulatedGroup {
  /** YAML of its members, its instances and its condition. */
  readonly lines: string;
  /** Number of members that may run. */
  readonly expect: number;
  /** True for the workloads of its members. */
  readonly hasMember: (workload: string) => boolean;
  /** The installations that get its state. */
  readonly to: readonly string[];
  /** Whether the condition of the group holds on the end of a run. */
  readonly isCounted: (version: Version) => boolean;
}

/** Its variable in AutoSys. */
export const groupVariable = 'GROUP';

/** Number of members that must succeed on a day. */
export const groupNeed = 2;

/** All workloads; every end counts; one instance. */
export const plainGroup: SimulatedGroup = {
  lines: `    to: ACE
    members:
      - { stateMachine: [a, b, c] }
      - { jobQueue: night, jobName: [r] }
`,
  expect: 4,
  hasMember: () => true,
  to: ['ACE'],
  isCounted: () => true,
};

/** The state machines; neither a timeout nor the end of a second redrive counts; two instances. */
export const conditionalGroup: SimulatedGroup = {
  lines: `    to: [ACE, SECOND]
    members: { stateMachine: [a, b, c] }
    when: { status: [SUCCEEDED, FAILED, ABORTED], redriveCount: [{ numeric: ["<", 2] }] }
`,
  expect: 3,
  hasMember: (workload) => workload !== 'r',
  to: ['ACE', 'BEE'],
  isCounted: ({ status, attempt }) => status !== 'TIMED_OUT' && attempt < 2,
};

/** A version as the group sees it: an end that does not count leaves the member running. */
export function toCounted(version: Version, { isCounted }: SimulatedGroup): Version {
  return isOver(version.status) && !isCounted(version)
    ? { ...version, status: 'RUNNING' }
    : version;
}

/** The part of the route file. @param second name of the second instance */
export function writeGroup({ lines }: SimulatedGroup, second: string): string {
  return `groups:
  - name: most
${lines.replace('SECOND', second)}    succeed: { atLeast: ${groupNeed} }
    day: { timezone: Europe/Zurich, cutoff: "01:40" }
    atCutoff: PENDING
    global: ${groupVariable}
`;
}
