import type { TemplateResource } from './assembly.ts';
import type { Cloud } from './cloud.ts';
import { until } from './until.ts';

/** Resource types that CloudFormation supports and MiniStack does not. */
export const unknownTypes: readonly string[] = [
  'AWS::Logs::QueryDefinition',
  'AWS::Lambda::ResourcePolicy',
];

const alarmType = 'AWS::CloudWatch::Alarm';

/**
 * Returns why a resource is removed from the template before the deploy.
 *
 * @returns what MiniStack does not create; `undefined` for a supported resource
 */
export function sayUnknown({ Type, Properties = {} }: TemplateResource): string | undefined {
  if (unknownTypes.includes(Type)) return Type;
  return Type === alarmType && 'Metrics' in Properties ? `${alarmType} on metric math` : undefined;
}

/** True when CloudFormation supports the resource type. */
export async function makes({ cloudFormation }: Cloud, type: string): Promise<boolean> {
  const TemplateBody = JSON.stringify({ Resources: { One: { Type: type, Properties: {} } } });
  const StackName = `gap-${type.replaceAll(':', '')}`;
  try {
    await cloudFormation.createStack({ StackName, TemplateBody });
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('Unrecognized resource types'))
      return false;
    throw error;
  }
}

/** True when CloudFormation creates an alarm on metric math. */
export async function makesMetricMath({ cloudFormation }: Cloud): Promise<boolean> {
  const Metric = { Namespace: 'AWS/Events', MetricName: 'FailedInvocations' };
  const Properties = {
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 1,
    Threshold: 1,
    Metrics: [
      { Id: 'sum', Expression: 'SUM([FILL(one, 0)])', ReturnData: true },
      { Id: 'one', MetricStat: { Metric, Period: 300, Stat: 'Sum' }, ReturnData: false },
    ],
  };
  const StackName = 'gap-metric-math';
  await cloudFormation.createStack({
    StackName,
    TemplateBody: JSON.stringify({ Resources: { One: { Type: alarmType, Properties } } }),
  });
  const status = await until(
    'the stack of an alarm on metric math',
    async () => {
      const { Stacks } = await cloudFormation.describeStacks({ StackName });
      const { StackStatus = '' } = Stacks?.[0] ?? {};
      return /_IN_PROGRESS$/.test(StackStatus) ? undefined : StackStatus;
    },
    30_000,
  );
  return status === 'CREATE_COMPLETE';
}
