import type { TemplateResource } from './assembly.ts';
import type { Cloud } from './cloud.ts';
import { until } from './until.ts';

/** What CloudFormation has and MiniStack has not. */
export const unknownTypes: readonly string[] = ['AWS::Logs::QueryDefinition'];

const alarmType = 'AWS::CloudWatch::Alarm';

/**
 * Why a resource is taken out of the template before the deploy.
 *
 * @returns what MiniStack does not make, in words; `undefined` for a resource that it makes
 */
export function sayUnknown({ Type, Properties = {} }: TemplateResource): string | undefined {
  if (unknownTypes.includes(Type)) return Type;
  return Type === alarmType && 'Metrics' in Properties ? `${alarmType} on metric math` : undefined;
}

/** Whether CloudFormation knows resources of the type. */
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

/** Whether CloudFormation makes an alarm that adds up metrics. */
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
