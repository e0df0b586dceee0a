import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../autosys/source.ts';
import { agentBundlePath } from '../../cli/build-agent.ts';
import type { LaunchFront } from './launch-front.ts';
import { home } from './ministack.ts';
import { project } from './toolkit.ts';

/** State machine that the target starts, and the one that it starts itself. */
export const posting = { machine: 'posting', leg: 'posting-leg' } as const;

/**
 * State machines of the targets whose runs AutoSys shows without a waiting process: as a global
 * variable and as the status of a job.
 */
export const mirrored = {
  closing: { machine: 'closing', global: 'AWS_CLOSING' },
  filing: { machine: 'filing', job: 'FILING_IN_AWS' },
} as const;

/** Machine of the jobs that are executed on this host. */
export const executingMachine = 'agent-1';

/** A caller in the route file. */
export const agents = {
  username: 'agents',
  password: 'the password of the agents',
  secret: 'autosys/launch/agents',
} as const;

/** What AutoSys may start, and who may start it: a part of a route file. */
export const launchTargets = `
targets:
  posting:
    stateMachine: ${posting.machine}
    input: { mode: "\${param.mode}", leg: "\${job}-\${run}" }
    params: { mode: 'good|bad|long' }
    endsWithin: 1h
    exitCodes: { Posting.NotBalanced: 4 }
    children: { stateMachines: [${posting.leg}] }
  closing:
    stateMachine: ${mirrored.closing.machine}
    input: { run: "\${job}-\${run}" }
    endsWithin: 1h
    mirror: { global: ${mirrored.closing.global} }
  filing:
    stateMachine: ${mirrored.filing.machine}
    input: { run: "\${job}-\${run}" }
    endsWithin: 1h
    mirror: { job: ${mirrored.filing.job} }

callers:
  ${agents.username}:
    secret: ${agents.secret}
    targets: [posting, closing, filing]
    jobs: ["POSTING_*", "CLOSING_*", "FILING_*"]
`;

/** AutoSys jobs that run the built command. */
export const launchJobs = {
  POSTING_GOOD: { options: 'posting --param mode=good', profile: 'profile' },
  POSTING_BAD: { options: 'posting --param mode=bad', profile: 'profile' },
  POSTING_LONG: { options: 'posting --param mode=long', profile: 'profile' },
  POSTING_STRANGER: { options: 'posting --param mode=good', profile: 'stranger' },
} as const satisfies Record<string, { readonly options: string; readonly profile: string }>;

export type LaunchJob = keyof typeof launchJobs;

/** The files of an agent's host: the CA, the logins, and the settings of the command. */
export interface AgentHost {
  /** The jobs of {@link launchJobs}. */
  readonly jil: Source;
  /** Directory of the standard files of the jobs. */
  readonly directory: string;
  /** Profile of the jobs that have the login of the agents. */
  readonly profile: string;
  /** Everything that a job has written. */
  readSpool(job: string): string;
}

/** Writes the files of an agent's host. */
export function setUpAgentHost(directory: string, front: LaunchFront): AgentHost {
  mkdirSync(directory, { recursive: true });
  const ca = join(directory, 'launch-ca.pem');
  writeFileSync(ca, front.certificateAuthority);
  const { username, password } = agents;
  for (const [profile, login] of Object.entries({
    profile: { username, password },
    stranger: { username, password: 'guessed' },
  })) {
    const loginFile = join(directory, `${profile}.json`);
    writeFileSync(loginFile, JSON.stringify(login), { mode: 0o600 });
    writeFileSync(
      join(directory, profile),
      [
        `export AUTOSYS_BRIDGE_URL=${front.url}`,
        `export AUTOSYS_BRIDGE_CA=${ca}`,
        `export AUTOSYS_BRIDGE_LOGIN_FILE=${loginFile}`,
        `export PATH=${directory}:$PATH`,
        '',
      ].join('\n'),
    );
  }
  const toSpool = (job: string) => join(directory, `${job}.out`);
  const bundle = join(project, agentBundlePath);
  const program = join(directory, 'autosys-bridge');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`, {
    mode: 0o755,
  });
  const jobs = Object.entries(launchJobs).map(
    ([job, { options, profile }]) => `
insert_job: ${job}   job_type: CMD
machine: ${executingMachine}
command: exec "${process.execPath}" "${bundle}" run ${options}
profile: ${join(directory, profile)}
std_out_file: >${toSpool(job)}
std_err_file: >>${toSpool(job)}
`,
  );
  return {
    jil: { name: 'launch.jil', text: jobs.join('') },
    directory,
    profile: join(directory, 'profile'),
    readSpool: (job) => readFileSync(toSpool(job), 'utf8'),
  };
}

/** Definition of the state machines of {@link mirrored}: active until long after the command has ended. */
export const mirroredDefinition = {
  StartAt: 'Work',
  States: { Work: { Type: 'Wait', Seconds: 6, End: true } },
};

/** Definitions of the state machines in Amazon States Language, by name. */
export function toPostingDefinitions(): Readonly<Record<string, unknown>> {
  const leg = `arn:aws:states:${home.region}:${home.account}:stateMachine:${posting.leg}`;
  const wait = (seconds: number) => ({ Type: 'Wait', Seconds: seconds, End: true });
  const when = (mode: string, next: string) => ({
    Variable: '$.mode',
    StringEquals: mode,
    Next: next,
  });
  return {
    [posting.leg]: { StartAt: 'Work', States: { Work: wait(3_600) } },
    [posting.machine]: {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [when('long', 'StartLeg'), when('bad', 'Refuse')],
          Default: 'Post',
        },
        Post: wait(2),
        Refuse: { Type: 'Fail', Error: 'Posting.NotBalanced', Cause: 'the books differ by 0.01' },
        StartLeg: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution',
          Parameters: { StateMachineArn: leg, 'Name.$': '$.leg', Input: {} },
          Next: 'Hold',
        },
        Hold: wait(3_600),
      },
    },
  };
}
