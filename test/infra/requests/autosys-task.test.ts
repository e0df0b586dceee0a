import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  DefinitionBody,
  JsonPath,
  Pass,
  QueryLanguage,
  StateMachine,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../../infra/autosys-bridge.ts';
import { AutosysRequests } from '../../../infra/requests/autosys-requests.ts';
import type { RequestEntry } from '../../../lambda/routing/requests.ts';
import { aBridgeConfig } from '../../support/bridge-config.ts';
import { allowing } from '../../support/iam.ts';
import { aRequestEntry } from '../../support/request-entries.ts';

const aliasArn = 'arn:aws:lambda:eu-west-1:111122223333:function:Requests:ledger-team';
const env = { account: '111122223333', region: 'eu-west-1' };
const requests = AutosysRequests.fromAliasArn(aliasArn);

const createStack = () =>
  new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs', { env });

/** The state in Amazon States Language, and the template of its state machine. */
function render(
  toTask: (stack: Stack) => TaskStateBase,
  queryLanguage: QueryLanguage = QueryLanguage.JSON_PATH,
) {
  const stack = createStack();
  const task = toTask(stack);
  const definitionBody = DefinitionBody.fromChainable(task.next(new Pass(stack, 'Next')));
  new StateMachine(stack, 'Machine', { definitionBody, queryLanguage });
  const template = Template.fromStack(stack);
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const given = machine?.['Properties'].DefinitionString;
  const text = typeof given === 'string' ? given : given['Fn::Join'][1].map(toText).join('');
  const { States } = JSON.parse(text);
  return { state: States[task.stateId], template };
}

/** A part of a definition: text, or a reference in place of which AWS puts an ARN or partition. */
function toText(part: unknown): string {
  if (typeof part === 'string') return part;
  const { Ref = '' } = part as { readonly Ref?: string };
  return Ref === 'AWS::Partition' ? 'aws' : `<${Ref}>`;
}

const jsonPathContext = {
  'execution.$': '$$.Execution.Id',
  'redrive.$': '$$.Execution.RedriveCount',
  'state.$': '$$.State.Name',
  'entered.$': '$$.State.EnteredTime',
  'retry.$': '$$.State.RetryCount',
};

describe('runAutosysJob', () => {
  test('waits with a task token in a JSONPath state', () => {
    const { state } = render((stack) =>
      requests.runAutosysJob(stack, 'Load', {
        job: 'LOAD_LEDGER',
        timeout: Duration.hours(4),
        resultPath: '$.load',
      }),
    );

    const { Retry, ...others } = state;
    expect(others).toEqual({
      Type: 'Task',
      Next: 'Next',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {
        FunctionName: aliasArn,
        Payload: {
          action: 'runJob',
          job: 'LOAD_LEDGER',
          start: 'STARTJOB',
          timeout: '4h',
          onAbort: 'leave',
          'token.$': '$$.Task.Token',
          context: jsonPathContext,
        },
      },
      HeartbeatSeconds: 300,
      TimeoutSeconds: 4 * 3_600 + 300,
      ResultPath: '$.load',
    });
  });

  test('waits with a task token in a JSONata state', () => {
    const { state } = render(
      (stack) =>
        requests.runAutosysJob(stack, 'Load', {
          job: '{% $states.input.job %}',
          start: 'join',
          timeout: Duration.minutes(90),
          onAbort: 'kill',
          inMap: true,
          instance: 'ACE',
          key: '{% $states.input.day %}',
          outputs: '{% $states.result.exitCode %}',
          comment: 'the ledger',
        }),
      QueryLanguage.JSONATA,
    );

    expect(state).toMatchObject({
      Comment: 'the ledger',
      Arguments: {
        FunctionName: aliasArn,
        Payload: {
          action: 'runJob',
          instance: 'ACE',
          job: '{% $states.input.job %}',
          start: 'join',
          timeout: '90m',
          onAbort: 'kill',
          key: '{% $states.input.day %}',
          token: '{% $states.context.Task.Token %}',
          context: {
            execution: '{% $states.context.Execution.Id %}',
            redrive: '{% $states.context.Execution.RedriveCount %}',
            state: '{% $states.context.State.Name %}',
            entered: '{% $states.context.State.EnteredTime %}',
            retry: '{% $states.context.State.RetryCount %}',
            item: '{% $states.context.Map.Item.Index %}',
          },
        },
      },
      Output: '{% $states.result.exitCode %}',
    });
    expect(state).not.toHaveProperty('Parameters');
  });

  test('waits for 24 hours if no timeout is given', () => {
    const { state } = render((stack) => requests.runAutosysJob(stack, 'Load', { job: 'LOAD' }));

    expect(state.TimeoutSeconds).toBe(86_700);
    expect(state.Parameters.Payload.timeout).toBe('24h');
  });

  test('takes the name of the job from the input', () => {
    const { state } = render((stack) =>
      requests.runAutosysJob(stack, 'Load', { job: JsonPath.stringAt('$.job'), inMap: true }),
    );

    expect(state.Parameters.Payload).toMatchObject({
      'job.$': '$.job',
      context: { ...jsonPathContext, 'item.$': '$$.Map.Item.Index' },
    });
  });

  test('has no token and no timeout of the job if it does not wait for the end', () => {
    const { state } = render((stack) =>
      requests.runAutosysJob(stack, 'Load', { job: 'LOAD', waitForEnd: false }),
    );

    expect(state).toMatchObject({
      Resource: aliasArn,
      Parameters: { action: 'runJob', job: 'LOAD', start: 'STARTJOB', context: jsonPathContext },
      TimeoutSeconds: 90,
    });
    expect(Object.keys(state.Parameters)).toEqual(['action', 'job', 'start', 'context']);
    expect(state).not.toHaveProperty('HeartbeatSeconds');
  });

  test('retries what may succeed later, and not the failure of a job', () => {
    const { state } = render((stack) => requests.runAutosysJob(stack, 'Load', { job: 'LOAD' }));

    expect(state.Retry).toEqual([
      {
        ErrorEquals: [
          'AutoSys.TooManyRequests',
          'AutoSys.Pending',
          'Lambda.TooManyRequestsException',
        ],
        IntervalSeconds: 10,
        BackoffRate: 2,
        MaxDelaySeconds: 300,
        MaxAttempts: 60,
      },
      {
        ErrorEquals: [
          'Lambda.ClientExecutionTimeoutException',
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.ResourceNotReadyException',
          'Lambda.Unknown',
          'Sandbox.Timedout',
        ],
        IntervalSeconds: 2,
        BackoffRate: 2,
        MaxAttempts: 6,
      },
    ]);
  });

  test('allows the state machine to invoke the alias, and nothing else', () => {
    const { template } = render((stack) => requests.runAutosysJob(stack, 'Load', { job: 'LOAD' }));

    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(statements).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: aliasArn },
    ]);
  });
});

describe('the other states', () => {
  test('set a variable, with the plain answer as result', () => {
    const { state } = render((stack) =>
      requests.setAutosysGlobal(stack, 'Set', {
        global: 'LEDGER_DAY',
        value: JsonPath.stringAt('$.day'),
        resultPath: '$.set',
      }),
    );

    expect(state).toMatchObject({
      Resource: aliasArn,
      Parameters: {
        action: 'setGlobal',
        global: 'LEDGER_DAY',
        'value.$': '$.day',
        context: jsonPathContext,
      },
      ResultPath: '$.set',
      TimeoutSeconds: 90,
    });
  });

  test.for([QueryLanguage.JSON_PATH, QueryLanguage.JSONATA])(
    'read the status of a job without a context in %s',
    (language) => {
      const { state } = render(
        (stack) => requests.getAutosysJobStatus(stack, 'Read', { job: 'LOAD' }),
        language,
      );

      const field = language === QueryLanguage.JSONATA ? 'Arguments' : 'Parameters';
      expect(state[field]).toEqual({ action: 'jobStatus', job: 'LOAD' });
    },
  );

  test('ask for anything else', () => {
    const { state } = render((stack) =>
      requests.requestAutosys(stack, 'Hold', {
        action: 'sendEvent',
        fields: { event: { kind: 'JOB_ON_HOLD', job: 'LOAD' } },
      }),
    );

    expect(state.Parameters).toEqual({
      action: 'sendEvent',
      event: { kind: 'JOB_ON_HOLD', job: 'LOAD' },
      context: jsonPathContext,
    });
  });
});

describe('a state is rejected', () => {
  const run = (props: object) => () =>
    requests.runAutosysJob(createStack(), 'Load', { job: 'LOAD', ...props });
  const set = (props: object) => () =>
    requests.setAutosysGlobal(createStack(), 'Set', { global: 'DAY', value: '1', ...props });

  test.for([
    [run({ job: 'A'.repeat(65) }), 'job: found 65 characters, allowed as job name: letters'],
    [run({ job: 'LOAD LEDGER' }), 'job: found "LOAD LEDGER", allowed as job name: letters'],
    [run({ job: '' }), 'job: found "", allowed as job name'],
    [run({ instance: 'ace' }), 'instance: found "ace", allowed as AutoSys instance'],
    [run({ start: 'FORCE' }), 'start: found FORCE, allowed: STARTJOB, FORCE_STARTJOB, join'],
    [run({ timeout: Duration.seconds(30) }), 'timeout: found 0.5 minutes, allowed: whole minutes'],
    [run({ timeout: Duration.days(366) }), 'timeout: found 527040 minutes, allowed: whole minutes'],
    [run({ onAbort: 'kill', waitForEnd: false }), 'onAbort: found kill with waitForEnd: false'],
    [
      run({ queryLanguage: QueryLanguage.JSONATA, resultPath: '$.x' }),
      'resultPath: found $.x in a JSONata state, allowed: outputs or assign',
    ],
    [
      run({ queryLanguage: QueryLanguage.JSON_PATH, outputs: '{% 1 %}' }),
      'outputs: found in a JSONPath state, allowed: resultPath or assign',
    ],
    [set({ global: 'A B' }), 'global: found "A B", allowed as global variable name'],
    [set({ value: 'x'.repeat(101) }), 'value: found 101 characters, allowed as global variable'],
    [set({ value: 'a\nb' }), 'value: found "a\\nb", allowed as global variable value: one line'],
  ] as const)('with a sentence: %#', ([create, sentence]) => {
    expect(create).toThrow(sentence);
  });

  test('if its fields contain what the state adds', () => {
    const fields = { event: {}, token: 'x' };

    expect(() =>
      requests.requestAutosys(createStack(), 'Ask', { action: 'sendEvent', fields }),
    ).toThrow('fields: found token, which the state adds; allowed: the other fields of sendEvent');
  });

  test.for(['arn:aws:lambda:eu-west-1:111122223333:function:Requests', 'ledger-team'])(
    'if %s is not the ARN of an alias',
    (arn) => {
      expect(() => AutosysRequests.fromAliasArn(arn)).toThrow(
        `aliasArn: found "${arn}", allowed: the ARN of the request function`,
      );
    },
  );
});

describe('the states of a bridge', () => {
  function createBridge(...entries: readonly RequestEntry[]) {
    const stack = createStack();
    const config = { ...aBridgeConfig(), requests: entries };
    return { stack, bridge: new AutosysBridge(stack, 'Bridge', { config }) };
  }

  test('invoke the alias of the only entry', () => {
    const { stack, bridge } = createBridge(aRequestEntry());
    const task = bridge.runAutosysJob(stack, 'Load', { job: 'LOAD_LEDGER' });
    new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(task) });

    const template = Template.fromStack(stack);
    const [alias = ''] = Object.keys(template.findResources('AWS::Lambda::Alias'));
    const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('Machine'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    expect(allowing(statements, 'lambda:InvokeFunction')).toMatchObject([
      { Resource: { Ref: alias } },
    ]);
  });

  test.for([
    {
      props: { entry: 'ledger-taem', job: 'LOAD_LEDGER' },
      fault:
        'entry: found ledger-taem, allowed: one of ledger-team, reader, the entries of requests in the route file; did you mean ledger-team?',
    },
    {
      props: { job: 'LOAD_LEDGER' },
      fault: 'entry: found none, allowed: one of ledger-team, reader',
    },
    {
      props: { entry: 'reader', job: 'LOAD_LEDGER' },
      fault: 'action: found runJob, allowed by requests.reader: jobStatus; add it to actions',
    },
    {
      props: { entry: 'ledger-team', job: 'SEND_LEDGER' },
      fault:
        'job: found SEND_LEDGER, allowed by requests.ledger-team: LOAD_*; add a pattern to jobs',
    },
    {
      props: { entry: 'ledger-team', job: 'LOAD_LEDGER', instance: 'PRD' },
      fault: 'instance: found PRD, allowed by requests.ledger-team: ACE',
    },
    {
      props: { entry: 'ledger-team', job: 'LOAD_LEDGER', start: 'FORCE_STARTJOB' as const },
      fault: 'start: found FORCE_STARTJOB, allowed by requests.ledger-team: STARTJOB',
    },
    {
      props: { entry: 'ledger-team', job: 'LOAD_LEDGER', onAbort: 'kill' as const },
      fault: 'onAbort: found kill, which requests.ledger-team does not allow',
    },
  ])('reject $props', ({ props, fault }) => {
    const { stack, bridge } = createBridge(
      aRequestEntry(),
      aRequestEntry({ name: 'reader', actions: ['jobStatus'] }),
    );

    expect(() => bridge.runAutosysJob(stack, 'Load', props)).toThrow(fault);
  });

  test('reject a variable that the entry does not name, and a bridge without requests', () => {
    const { stack, bridge } = createBridge(aRequestEntry());
    const other = createBridge();

    expect(() => bridge.setAutosysGlobal(stack, 'Set', { global: 'DAY', value: '1' })).toThrow(
      'global: found DAY, allowed by requests.ledger-team: LEDGER_*; add a pattern to globals',
    );
    expect(() =>
      other.bridge.getAutosysJobStatus(other.stack, 'Read', { job: 'LOAD_LEDGER' }),
    ).toThrow('entry: found no requests in the route file');
  });
});
