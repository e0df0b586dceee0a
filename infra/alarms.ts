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
  /** Prefix of every alarm name, followed by a hyphen. */
  readonly prefix: string;
  /** URL or path of the runbook. Each alarm links to its heading. */
  readonly runbookUrl: string;
  /** Actions when an alarm fires, and when it is OK again. */
  readonly actions: readonly IAlarmAction[];
}

/** The alarms of a bridge or source, each with a link to its section of the runbook. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { specs, prefix, runbookUrl, actions } = props;
    this.alarms = specs.map((spec) => {
      const alarmName = `${prefix}-${spec.name}`;
      const alarm = new Alarm(this, spec.id ?? spec.name, {
        alarmName,
        alarmDescription: `${spec.description}. Runbook: ${runbookUrl}#${toAnchor(spec.name)}`,
        metric: spec.metric,
        threshold: spec.threshold,
        comparisonOperator: operators[spec.comparison ?? 'above'],
        evaluationPeriods: spec.periods ?? 1,
        ...(spec.datapoints !== undefined && { datapointsToAlarm: spec.datapoints }),
        // Without events, the bridge emits no data. This is normal, except for scheduled functions.
        treatMissingData:
          spec.missingData === 'breaching'
            ? TreatMissingData.BREACHING
            : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
      return alarm;
    });
  }
}

/** Path of the runbook in this repository, used if `runbookUrl` is not set. */
export const defaultRunbookUrl = 'docs/runbook.md';
/** Default prefix of names that are unique in an account and Region. */
export const defaultAlarmPrefix = 'AutosysBridge';

const operators = {
  above: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

/** Anchor of the heading, as GitHub and GitLab create it. All instances share one heading. */
function toAnchor(name: string): string {
  return name.replace(/-.*/, '').toLowerCase();
}
