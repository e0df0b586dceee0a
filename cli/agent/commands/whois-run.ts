import type { FindAnswer } from '../../../lambda/launch/api.ts';
import { defineAgentCommand } from '../agent-command.ts';
import type { AgentIo } from '../agent-io.ts';
import { createLineWriter, writeJson } from '../agent-output.ts';
import type { FindQuery, LaunchClient } from '../api/launch-api.ts';
import { callRepeatedly } from '../call-repeatedly.ts';
import { agentConnectionOptions } from '../settings.ts';
import { describeFound } from './describe-found.ts';
import { requestExitCodes, withLaunchClient } from './open-api.ts';
import { toAgentError } from './to-agent-error.ts';

/** `whois`: finds the AutoSys job of a run in AWS, and the runs of an AutoSys job. */
export const whoisRun = defineAgentCommand({
  name: 'whois',
  summary: 'finds the job of a run in AWS, and the runs of a job',
  options: {
    instance: { type: 'string', value: 'ACE', about: 'AutoSys instance of the job' },
    json: { type: 'boolean', about: 'print the answer as JSON on stdout' },
    ...agentConnectionOptions,
  },
  positionals: {
    value: 'NAME|ARN|BATCH_ID|JOB[.RUN[.TRY]]',
    about: 'name, ARN or Batch job id of a run, or an AutoSys job with its run and try',
  },
  usage: '(NAME | ARN | BATCH_ID | JOB[.RUN[.TRY]]) [--instance ACE] [options]',
  notes: [
    'The last line says whether the answer is from the name itself, or from the ledger of the bridge, which keeps 90 days. A text that may be both is looked up as a name first.',
  ],
  exitCodes: [['0', 'found'], ['1', 'not found'], ...requestExitCodes],
  examples: [
    'whois PAY_EOD-r1620t1-ACE',
    'whois PAY_EOD.1620.1 --instance ACE',
    'whois 4c7599ae-0a82-49aa-ba5a-4727fcce14a8 --json',
  ],
  run: async ({ options, positionals, io }) => {
    const placeholder = 'NAME, ARN, BATCH_ID or JOB[.RUN[.TRY]]';
    const given = { options, positionals, io };
    return withLaunchClient(given, { placeholder }, async (api, subject) => {
      const answer = await findFirst(toQueries(subject, options.instance), api, io);
      if (answer === undefined) {
        createLineWriter(io.writeError)(`not found: ${subject}`);
        return 1;
      }
      if (options.json) writeJson(io, answer);
      else describeFound(answer).forEach(createLineWriter(io.writeOut));
      return 0;
    });
  },
});

/** What a subject may be, the most likely first. */
export function toQueries(subject: string, instance: string | undefined): readonly FindQuery[] {
  if (subject.startsWith('arn:')) return [{ arn: subject }];
  // An execution that was started without a name is named like a Batch job id.
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?::\d+)?$/i.test(subject)) {
    return [{ id: subject }, { name: subject }];
  }
  const { job, run, attempt } =
    /^(?<job>.+?)(?:\.(?<run>\d+)(?:\.(?<attempt>\d+))?)?$/.exec(subject)?.groups ?? {};
  const ofJob: FindQuery = {
    job: job ?? subject,
    ...(run !== undefined && { run }),
    ...(attempt !== undefined && { try: attempt }),
    ...(instance !== undefined && { instance }),
  };
  // A name of a run has no dots.
  const isJob = subject.includes('.') || instance !== undefined;
  return isJob ? [ofJob] : [{ name: subject }, ofJob];
}

/** A refused look-up counts as not found if another one is left. */
async function findFirst(
  queries: readonly FindQuery[],
  api: Pick<LaunchClient, 'find'>,
  io: AgentIo,
): Promise<FindAnswer | undefined> {
  for (const [index, query] of queries.entries()) {
    const outcome = await callRepeatedly(io, () => api.find(query));
    if (outcome.kind === 'answer') {
      const { runs, decoded } = outcome.body;
      if (runs.length > 0 || decoded !== undefined) return outcome.body;
    } else {
      const isNotFound =
        outcome.kind === 'refused' && outcome.isFinal && [400, 404].includes(outcome.status);
      if (!isNotFound || index === queries.length - 1) throw toAgentError(outcome);
    }
  }
  return undefined;
}
