import {
  type ApiErrorBody,
  type FindAnswer,
  type LogAnswer,
  type RestartPlan,
  type RestartRequest,
  type RunAnswer,
  type RunExit,
  type RunResult,
  restartWays,
  type StartRequest,
  type StopAnswer,
  type StopRequest,
  stopCauses,
} from '../lambda/launch/api.ts';
import { hintSchemas, versionSchema as version } from './hint-schemas.ts';
import {
  instant,
  listOf,
  type OpenApiSchema,
  objectOf,
  refTo,
  text,
  whole,
} from './open-api-schema.ts';

const exitCode = (description: string) => whole(description, { minimum: 0, maximum: 255 });

const startFields = {
  target: text('Name of a target in the route file'),
  job: text('AutoSys job that starts the run'),
  instance: text('AutoSys instance (AUTOSERV); default: the only one of the route file'),
  run: whole('Run number of the job; default: the active run, asked of AutoSys', { minimum: 0 }),
  try: whole('Try of the run; only with run', { minimum: 0 }),
  key: text('Name of a run outside of AutoSys, in place of job, run and try'),
  launchId: text('Random id of this request; the same when it is repeated', {
    pattern: '^[\\w-]+$',
    maxLength: 64,
  }),
};

/** The schemas of requests and answers, by the name of their type. */
export const launchSchemas: Readonly<Record<string, OpenApiSchema>> = {
  StartRequest: {
    ...objectOf<StartRequest>(
      { target: true },
      {
        ...startFields,
        params: {
          type: 'object',
          description: 'Values of the parameters that the target declares',
          additionalProperties: { type: 'string' },
        },
        input: { description: 'Any JSON, for a target with input: given' },
        again: {
          type: 'boolean',
          description: 'Starts under the next name, although the identity has been used',
        },
        wait: {
          type: 'boolean',
          description:
            'The caller is the process of the AutoSys job and waits for the run, so its absence is noticed',
        },
      },
    ),
    additionalProperties: false,
  },
  StartForm: {
    type: 'object',
    description: 'The same as a form. A parameter NAME is the field param.NAME',
    required: ['target'],
    properties: {
      ...startFields,
      input: text('JSON text, for a target with input: given'),
      again: text('true or false', { enum: ['true', 'false'] }),
    },
    additionalProperties: { type: 'string' },
  },
  StopRequest: {
    ...objectOf<StopRequest>(
      {},
      {
        reason: text('Why, such as by hand', { maxLength: 200 }),
        cause: text('What ended the waiting; with onKill: leave only a person stops the run', {
          enum: [...stopCauses],
        }),
      },
    ),
    additionalProperties: false,
  },
  RestartRequest: {
    ...objectOf<RestartRequest>(
      {},
      {
        how: text('redrive: the execution continues where it failed. again: a new run starts', {
          enum: [...restartWays],
        }),
        params: {
          type: 'object',
          description: 'Only with again: the parameters of the run; default: those that AWS shows',
          additionalProperties: { type: 'string' },
        },
        input: { description: 'Only with again, for a target with input: given: that of the run' },
        launchId: startFields.launchId,
      },
    ),
    additionalProperties: false,
  },
  RestartAnswer: { oneOf: [refTo('RunAnswer'), refTo('RestartPlan')] },
  RestartPlan: objectOf<RestartPlan>(
    {
      ...{ version: true, how: true, of: true, next: true },
      ...{ kept: true, repeated: true, twice: true, text: true },
    },
    {
      version,
      how: text('How the run would be restarted', { enum: [...restartWays] }),
      of: text('Name of the run that would be restarted'),
      next: text('Name of the run after the restart'),
      kept: listOf({ type: 'string' }, 'States whose results a redrive keeps'),
      repeated: listOf({ type: 'string' }, 'States that would run again'),
      twice: listOf({ type: 'string' }, 'Earlier work that would run twice'),
      text: listOf({ type: 'string' }, 'The plan for people, in lines'),
    },
  ),
  RunAnswer: objectOf<RunAnswer>(
    {
      version: true,
      name: true,
      target: true,
      caller: true,
      state: true,
      requestedAt: true,
      rev: true,
      changes: true,
    },
    {
      version,
      name: text('Name of the run, and of the execution or Batch job in AWS'),
      target: text('Name of the target'),
      instance: text('AutoSys instance'),
      job: text('AutoSys job'),
      run: whole('Run number of the job'),
      try: whole('Try of the run'),
      key: text('Name of a run outside of AutoSys'),
      caller: text('Caller that started it'),
      launchId: text('Id of the request that started it'),
      state: text(
        'LOOKING_UP: it is not known yet whether AWS has accepted the start. STARTED: AWS has accepted it. ACTIVE: it has not ended. ENDED: it has ended. REFUSED: AWS has refused the start, nothing was started',
        { enum: ['LOOKING_UP', 'STARTED', 'ACTIVE', 'ENDED', 'REFUSED'] },
      ),
      status: text('Status in AWS, such as RUNNING or SUCCEEDED'),
      awsId: text('Execution ARN or Batch job id'),
      continues: text('Name of the run whose execution this run continues'),
      continuedBy: text('Name of the run that continues the execution of this one'),
      console: text('Link to the run in the AWS console', { format: 'uri' }),
      requestedAt: instant('Time of the request'),
      startedAt: instant('Start of the execution, or submission of the Batch job'),
      endedAt: instant('End of the run'),
      rev: text('Revision of this answer, for the query parameter after'),
      changes: listOf(refTo('RunChange'), 'Changes, the oldest first', { maxItems: 50 }),
      exit: refTo('RunExit'),
      result: refTo('RunResult'),
      diagnosis: text('What failed and what that usually means'),
      stop: refTo('StopAnswer'),
      retryAfter: {
        type: 'number',
        description: 'Seconds until the next request; absent once the run has ended',
      },
    },
  ),
  RunChange: objectOf<RunAnswer['changes'][number]>(
    { at: true, text: true },
    { at: instant('Time of the change'), text: text('The change') },
  ),
  RunExit: {
    ...objectOf<RunExit>(
      { code: true, source: true },
      { code: exitCode('Exit code of the command'), source: text('Source of the code') },
    ),
    description: 'Present once the state is ENDED or REFUSED',
  },
  RunResult: objectOf<RunResult>(
    {},
    {
      error: text('Error name of a Step Functions execution'),
      cause: text('Its cause', { maxLength: 1_000 }),
      reason: text('statusReason of a Batch job'),
      exitCode: whole('Exit code of the container'),
      attempts: whole('Attempts of a Batch job, or redrives and 1 of an execution'),
      logStreams: listOf({ type: 'string' }, 'CloudWatch log streams, the oldest first'),
    },
  ),
  StopAnswer: objectOf<StopAnswer>(
    { state: true, requestedAt: true, text: true, remaining: true },
    {
      state: text('proven: nothing is active any more. parked: not proven within ten minutes', {
        enum: ['requested', 'proven', 'parked', 'left'],
      }),
      requestedAt: instant('Time of the request'),
      text: text('State of the stop in words'),
      remaining: listOf({ type: 'string' }, 'What may still be active, each with the reason'),
    },
  ),
  LogAnswer: objectOf<LogAnswer>(
    { version: true, text: true, next: true, end: true },
    {
      version,
      text: text('Lines of the log, with their line ends'),
      next: text('Token for the query parameter from'),
      end: { type: 'boolean', description: 'True if there is nothing more now' },
    },
  ),
  ...hintSchemas,
  FindAnswer: objectOf<FindAnswer>(
    { version: true, by: true, runs: true },
    {
      version,
      by: text('name: the name was decoded. ledger: the launch row was read', {
        enum: ['name', 'ledger'],
      }),
      runs: listOf(refTo('RunAnswer'), 'Runs, the newest first', { maxItems: 20 }),
      decoded: refTo('DecodedName'),
    },
  ),
  DecodedName: objectOf<NonNullable<FindAnswer['decoded']>>(
    { instance: true, job: true, run: true, try: true },
    {
      instance: text('AutoSys instance'),
      job: text('AutoSys job'),
      run: whole('Run number of the job'),
      try: whole('Try of the run'),
    },
  ),
  ApiError: objectOf<ApiErrorBody>(
    { version: true, code: true, message: true, fix: true, exit: true },
    {
      version,
      code: text('Stable code, such as UNKNOWN_TARGET', { pattern: '^[A-Z_]+$' }),
      message: text('What is wrong, where, what was found and what is allowed'),
      fix: text('What to do'),
      exit: exitCode('Exit code of the command if it gives up'),
      faults: listOf(refTo('InputFault'), 'Every fault of the input'),
    },
  ),
  InputFault: objectOf<NonNullable<ApiErrorBody['faults']>[number]>(
    { path: true, message: true },
    { path: text('Place of the fault'), message: text('What is wrong') },
  ),
};
