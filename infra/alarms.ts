import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { toAlarms, type Watched } from './alarm-list.ts';

export interface AlarmsProps extends Watched {
  /** In front of every name, with a hyphen. */
  readonly prefix: string;
  /** Where the runbook is read; each alarm links to its heading. */
  readonly runbookUrl: string;
  readonly actions: readonly IAlarmAction[];
}

/** Everything that an operator is called for, each with its page of the runbook. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(
    scope: Construct,
    id: string,
    { prefix, runbookUrl, actions, ...watched }: AlarmsProps,
  ) {
    super(scope, id);
    this.alarms = toAlarms(watched).map((spec) => {
      const alarmName = `${prefix}-${spec.name}`;
      const alarm = new Alarm(this, spec.name, {
        alarmName,
        alarmDescription: `${spec.says}. Runbook: ${runbookUrl}#${toAnchor(spec.name)}`,
        metric: spec.metric,
        threshold: spec.threshold,
        comparisonOperator: operators[spec.rings ?? 'above'],
        evaluationPeriods: spec.periods ?? 1,
        // A quiet night sends no numbers, and a quiet night is a good one; unless the silence itself is the fault.
        treatMissingData:
          spec.silence === 'rings' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
      return alarm;
    });
  }
}

const operators = {
  above: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

/** The runbook has one heading for the alarms of all instances; its anchor as GitHub and GitLab make it. */
function toAnchor(name: string): string {
  return name.replace(/-.*/, '').toLowerCase();
}
