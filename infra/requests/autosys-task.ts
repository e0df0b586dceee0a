import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  JsonPath,
  QueryLanguage,
  type TaskMetricsConfig,
  TaskStateBase,
  type TaskStateBaseProps,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type RequestFailure, retriableFailures } from '../../lambda/request/result.ts';

/** Properties of `AutosysTask`. */
export interface AutosysTaskProps
  extends Omit<
    TaskStateBaseProps,
    'timeout' | 'taskTimeout' | 'heartbeat' | 'heartbeatTimeout' | 'integrationPattern'
  > {
  /** ARN of the alias of an entry. */
  readonly aliasArn: string;
  /** The request, without token and context. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Whether the request has the context, which is its default key. */
  readonly hasContext: boolean;
  /** Whether the index of a Map iteration belongs to the context. */
  readonly inMap: boolean;
  /** Present if the state waits with a task token: for how long. */
  readonly waitsFor?: Duration;
}

/** A waiting state gets a heartbeat every 30 seconds; ten missing ones fail it. */
const heartbeat = Duration.seconds(300);
/** The bridge answers with `AutoSys.Timeout` before Step Functions ends the state. */
const timeoutMargin = Duration.seconds(300);
/** The request function ends after 60 seconds. */
const requestTimeout = Duration.seconds(90);

/**
 * Errors of Lambda itself, after which the same request is sent again: the key makes it one
 * request.
 *
 * AWS advises to retry the first four, and documents `Lambda.Unknown` for a function that ran into
 * its timeout or out of memory (Step Functions developer guide). Inferred:
 * `ResourceNotReadyException`, an error of Invoke for a function whose network interface Lambda took
 * back; `Sandbox.Timedout`, from public reports of functions that ran into their timeout.
 */
const lambdaErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ResourceNotReadyException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
] as const;

/**
 * A Step Functions state that asks AutoSys through the alias of an entry. Its result is the plain
 * answer.
 *
 * - With `waitsFor` it uses `lambda:invoke.waitForTaskToken`: the result is the output that the
 *   bridge sends, so it has no `Payload`.
 * - Otherwise its resource is the ARN of the alias, as Step Functions allows. The result is then
 *   the answer alone; with `lambda:invoke` a JSONPath state could not put an answer with optional fields
 *   to its `ResultPath`, because `ResultSelector` fails for a field that is absent.
 */
export class AutosysTask extends TaskStateBase {
  protected readonly taskMetrics: TaskMetricsConfig;
  protected readonly taskPolicies: PolicyStatement[];
  readonly #props: AutosysTaskProps;

  constructor(scope: Construct, id: string, props: AutosysTaskProps) {
    const { aliasArn, request: _, hasContext: __, inMap: ___, waitsFor, ...base } = props;
    super(scope, id, {
      ...base,
      taskTimeout: Timeout.duration(waitsFor ? waitsFor.plus(timeoutMargin) : requestTimeout),
      ...(waitsFor && { heartbeatTimeout: Timeout.duration(heartbeat) }),
    });
    this.#props = props;
    this.taskMetrics = {
      metricPrefixSingular: 'LambdaFunction',
      metricPrefixPlural: 'LambdaFunctions',
      metricDimensions: { LambdaFunctionArn: aliasArn },
    };
    // The policy of the alias delegates to the account of the role, which must allow it as well.
    this.taskPolicies = [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [aliasArn] }),
    ];
    this.#retry();
  }

  /** @internal */
  protected _renderTask(topLevelQueryLanguage?: QueryLanguage): unknown {
    const { aliasArn, queryLanguage, waitsFor } = this.#props;
    const language = queryLanguage ?? topLevelQueryLanguage ?? QueryLanguage.JSON_PATH;
    const payload = this.#toPayload(language);
    const [resource, parameters] = waitsFor
      ? [
          `arn:${Aws.PARTITION}:states:::lambda:invoke.waitForTaskToken`,
          { FunctionName: aliasArn, Payload: payload },
        ]
      : [aliasArn, payload];
    return { Resource: resource, ...this._renderParametersOrArguments(parameters, language) };
  }

  /** Requests that AutoSys or the bridge cannot decide now are sent again for some five hours. */
  #retry(): void {
    this.addRetry({
      errors: [
        ...(retriableFailures satisfies readonly RequestFailure[]),
        'Lambda.TooManyRequestsException',
      ],
      interval: Duration.seconds(10),
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
      maxAttempts: 60,
    });
    this.addRetry({
      errors: [...lambdaErrors],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 6,
    });
  }

  #toPayload(language: QueryLanguage): Readonly<Record<string, unknown>> {
    const { request, hasContext, inMap, waitsFor } = this.#props;
    const at = language === QueryLanguage.JSONATA ? jsonataField : jsonPathField;
    return {
      ...request,
      ...(waitsFor && { token: at('Task.Token') }),
      ...(hasContext && {
        context: {
          execution: at('Execution.Id'),
          redrive: at('Execution.RedriveCount'),
          state: at('State.Name'),
          entered: at('State.EnteredTime'),
          retry: at('State.RetryCount'),
          ...(inMap && { item: at('Map.Item.Index') }),
        },
      }),
    };
  }
}

/** A field of the context object, in a JSONPath state. */
function jsonPathField(field: string): unknown {
  return JsonPath.objectAt(`$$.${field}`);
}

/** The same in a JSONata state. */
function jsonataField(field: string): unknown {
  return `{% $states.context.${field} %}`;
}
