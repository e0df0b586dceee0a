import { parseAutosysInstance } from '../../../autosys/names.ts';
import { jobStarts, type RequestEntry, requestActions } from '../../../lambda/routing/requests.ts';
import { createRouteIndex } from '../../../lambda/routing/routes.ts';
import { type Deployment, deploy } from '../deployment.ts';

const minuteMs = 60_000;

/** The AutoSys instance of the scenarios. */
export const requestInstance = parseAutosysInstance('ACE');

/** Account and Region of the bridge and of every execution. */
export const requestHome = { account: '111122223333', region: 'eu-west-1' };

/** Jobs that the entries allow, and their variables. */
export const requestJobs = ['LOAD_A', 'LOAD_B', 'LOAD_C', 'LOAD_D'] as const;
export const requestGlobals = ['DAY_A', 'DAY_B'] as const;

/** A job that AutoSys has and that no entry allows. */
export const foreignJob = 'PAYROLL';

/** Maximum age of an entry: less than the time without faults at the end. */
const deadlineMs = 30 * minuteMs;

const entry: RequestEntry = {
  name: 'team',
  roles: ['arn:aws:iam::111122223333:role/settlement'],
  stateMachines: [],
  instance: requestInstance,
  actions: requestActions,
  events: ['JOB_ON_HOLD', 'JOB_OFF_HOLD', 'COMMENT', 'KILLJOB'],
  starts: jobStarts,
  jobs: ['LOAD_*'],
  globals: ['DAY_*'],
  mayKill: true,
  perMinute: 60,
};

/** An entry that allows everything on some jobs, and one that allows little and seldom. */
export const requestEntries: readonly RequestEntry[] = [
  entry,
  {
    ...entry,
    name: 'narrow',
    actions: ['setGlobal', 'runJob'],
    events: [],
    starts: ['STARTJOB'],
    jobs: ['LOAD_A'],
    globals: ['DAY_A'],
    mayKill: false,
    perMinute: 3,
  },
];

const usual = deploy({ sharesSecret: false, isRenamed: false });

/** The route file of the scenarios: one instance, the entries, and no route. */
export const requestDeployment: Deployment = {
  config: {
    ...usual.config,
    instances: usual.config.instances
      .filter(({ name }) => name === requestInstance)
      .map((instance) => ({ ...instance, deadlineMs })),
    routes: [],
    requests: requestEntries,
  },
  routes: createRouteIndex([], requestHome),
  maintenance: () => undefined,
};

/** ARN of an alias. */
export function toAliasArn(alias: string): string {
  const { account, region } = requestHome;
  return `arn:aws:lambda:${region}:${account}:function:bridge-request:${alias}`;
}
