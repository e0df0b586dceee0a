import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { toAlarms } from './alarm-list.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms, defaultAlarmPrefix, defaultRunbookUrl } from './alarms.ts';
import { BridgeDashboard } from './bridge-dashboard.ts';
import { findOthers, isSameLocation } from './duplicates.ts';
import { LogQueries } from './log-queries.ts';
import { ids } from './names.ts';
import type { Watched } from './watched.ts';

/** Props of alarms, dashboard and saved queries. */
export interface OperatorsOptions {
  /**
   * Prefix of the names of alarms, dashboard and saved queries, which are unique in an account and
   * Region.
   *
   * @default AutosysBridge
   */
  readonly alarmPrefix?: string;
  /** SNS topic of the alarms. @default - A new topic. */
  readonly alarmTopic?: ITopic;
  /**
   * KMS key of the new topic. Must not be the key of the queues. The policy of a key that is not
   * part of the app must allow CloudWatch to use it, see docs/deploy.md.
   *
   * @default - No customer managed key.
   */
  readonly alarmTopicKey?: IKey;
  /** E-mail address that is subscribed to the new topic. @default - No subscription. */
  readonly alarmEmail?: string;
  /** URL of `docs/runbook.md` for your operators. @default - Its path in this repository. */
  readonly runbookUrl?: string;
  /**
   * Time after which confirmations are slow and due entries are overdue: whole minutes, 1 or more.
   *
   * @default - 5 minutes
   */
  readonly slowAfter?: Duration;
}

export interface OperatorsProps extends OperatorsOptions, Omit<Watched, 'slowAfter'> {
  readonly logGroups: readonly ILogGroup[];
  /** Logs of the functions of requests. @default - no requests */
  readonly requestLogGroups?: readonly ILogGroup[];
}

/** Alarms, dashboard and saved queries for operators. */
export class Operators extends Construct {
  readonly topic: ITopic;
  /** Prefix of every name. */
  readonly prefix: string;

  constructor(scope: Construct, id: string, props: OperatorsProps) {
    super(scope, id);
    const {
      logGroups,
      requestLogGroups,
      alarmTopicKey,
      alarmEmail,
      alarmPrefix: prefix = defaultAlarmPrefix,
    } = props;
    const { runbookUrl = defaultRunbookUrl, slowAfter = Duration.minutes(5) } = props;
    this.prefix = prefix;
    refuseDuplicatePrefix(this);
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
    new LogQueries(this, ids.queries, {
      ...{ prefix, logGroups },
      ...(requestLogGroups && { requestLogGroups }),
    });
  }
}

/**
 * Rejects a second bridge with the same prefix. CloudFormation would fail during the deployment.
 */
function refuseDuplicatePrefix(self: Operators): void {
  const other = findOthers(self, Operators).find((other) => {
    return other.prefix === self.prefix && isSameLocation(other, self);
  });
  if (other === undefined) return;
  throw new Error(
    `alarmPrefix: found ${self.prefix}, which ${other.node.scope?.node.path} also uses, allowed: a different prefix for each bridge in an account and Region`,
  );
}
