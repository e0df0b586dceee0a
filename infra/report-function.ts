import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';

/** Sandboxes that may call AutoSys at once; it protects AutoSys, not AWS. */
export const defaultConcurrency = 5;

export interface ReportFunctionProps extends BridgeFunctionProps {
  readonly queue: IQueue;
  /** How many sandboxes may speak to AutoSys at once. @default - 5; it protects AutoSys, not AWS */
  readonly maxConcurrency?: number;
}

/** The function that tells AutoSys, fed by the queue. */
export class ReportFunction extends BridgeFunction {
  constructor(
    scope: Construct,
    id: string,
    { queue, maxConcurrency = defaultConcurrency, ...props }: ReportFunctionProps,
  ) {
    const description = 'Tells AutoSys what Step Functions and AWS Batch announce';
    super(scope, id, { ...props, room: 'report', description });
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, maxConcurrency, reportBatchItemFailures: true }),
    );
  }
}
