import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { toAlarms, type Watched } from './alarm-list.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms, defaultAlarmPrefix, defaultRunbookUrl } from './alarms.ts';
import { BridgeDashboard } from './bridge-dashboard.ts';
import { LogQueries } from './log-queries.ts';
import { ids } from './names.ts';
import { findOthers, isSameLocation } from './duplicates.ts';

/** What may be said about alarms, dashboard and queries. */
export interface OperatorsOptions {
  /**
   * In front of the names of alarms, dashboard and saved queries, which are unique in an account
   * and Region.
   *
   * @default AutosysBridge
   */
  readonly alarmPrefix?: string;
  /** @default - a new topic */
  readonly alarmTopic?: ITopic;
  /**
   * Encrypts the topic that is made, and must not be the key of the queues. A key that is not part
   * of the app must let CloudWatch use it, see docs/deploy.md.
   *
   * @default - no customer key
   */
  readonly alarmTopicKey?: IKey;
  /** Subscribed to the topic that is made. @default - nobody; subscribe your pager to the topic */
  readonly alarmEmail?: string;
  /** Where your people read `docs/runbook.md`. @default - its path in this repository */
  readonly runbookUrl?: string;
  /** A delivery slower than that is told: whole minutes, 1 or more. @default - five minutes */
  readonly slowAfter?: Duration;
}

export interface OperatorsProps extends OperatorsOptions, Omit<Watched, 'slowAfter'> {
  readonly logGroups: readonly ILogGroup[];
}

/** What the people have who are called at night: alarms, a dashboard, questions to the logs. */
export class Operators extends Construct {
  readonly topic: ITopic;
  /** In front of every name. */
  readonly prefix: string;

  constructor(scope: Construct, id: string, props: OperatorsProps) {
    super(scope, id);
    const {
      logGroups,
      alarmTopicKey,
      alarmEmail,
      alarmPrefix: prefix = defaultAlarmPrefix,
    } = props;
    const { runbookUrl = defaultRunbookUrl, slowAfter = Duration.minutes(5) } = props;
    this.prefix = prefix;
    refuseTwins(this);
    this.topic =
      props.alarmTopic ??
      new AlarmTopic(this, ids.topic, {
        ...(alarmTopicKey && { encryptionKey: alarmTopicKey }),
        ...(alarmEmail !== undefined && { email: alarmEmail }),
      });
    const watched = { ...props, slowAfter };
    const { alarms } = new Alarms(this, ids.alarms, {
      specs: toAlarms(watched),
      prefix,
      runbookUrl,
      actions: [new SnsAction(this.topic)],
    });
    new BridgeDashboard(this, ids.dashboard, { ...watched, name: prefix, alarms });
    new LogQueries(this, ids.queries, { prefix, logGroups });
  }
}

/** CloudFormation would find out half way through the deployment that the names are taken. */
function refuseTwins(self: Operators): void {
  const twin = findOthers(self, Operators).find((other) => {
    return other.prefix === self.prefix && isSameLocation(other, self);
  });
  if (twin === undefined) return;
  throw new Error(
    `alarmPrefix: found ${self.prefix} for a second bridge beside ${twin.node.scope?.node.path}, allowed: one of its own for each bridge in an account and Region`,
  );
}
