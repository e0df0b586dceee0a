import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmSpec } from './alarm-spec.ts';

export interface AlarmsProps {
  readonly specs: readonly AlarmSpec[];
  /** In front of every name, with a hyphen. */
  readonly prefix: string;
  /** Where the runbook is read; each alarm links to its heading. */
  readonly runbookUrl: string;
  /** Who is told; nobody where there is none. */
  readonly actions: readonly IAlarmAction[];
}

/** Everything that an operator is called for, each with its page of the runbook. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { specs, prefix, runbookUrl, actions } = props;
    this.alarms = specs.map((spec) => {
      const alarmName = `${prefix}-${spec.name}`;
      const alarm = new Alarm(this, spec.name, {
        alarmName,
        alarmDescription: `${spec.says}. Runbook: ${runbookUrl}#${toAnchor(spec.name)}`,
        metric: spec.metric,
        threshold: spec.threshold,
        comparisonOperator: operators[spec.rings ?? 'above'],
        evaluationPeriods: spec.periods ?? 1,
        ...(spec.datapoints !== undefined && { datapointsToAlarm: spec.datapoints }),
        // A quiet night sends no numbers, and a quiet night is a good one; unless the silence
        // itself is the fault.
        treatMissingData:
          spec.silence === 'rings' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
      return alarm;
    });
  }
}

/** The runbook by its path in this repository, where nobody has said where it is read. */
export const defaultRunbookUrl = 'docs/runbook.md';
/** In front of names that are unique in an account and Region, unless something else is said. */
export const defaultAlarmPrefix = 'AutosysBridge';

const operators = {
  above: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

/**
 * The runbook has one heading for the alarms of all instances; its anchor as GitHub and GitLab make
 * it.
 */
function toAnchor(name: string): string {
  return name.replace(/-.*/, '').toLowerCase();
}
