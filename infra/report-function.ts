import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';

/** Default maximum concurrent executions. Protects AutoSys from overload. */
export const defaultConcurrency = 5;

export interface ReportFunctionProps extends BridgeFunctionProps {
  /** The report queue. */
  readonly queue: IQueue;
  /** Maximum concurrent executions of the report function. @default 5 */
  readonly maxConcurrency?: number;
}

/** The report function: handles the messages of the report queue and sends AutoSys events. */
export class ReportFunction extends BridgeFunction {
  constructor(
    scope: Construct,
    id: string,
    { queue, maxConcurrency = defaultConcurrency, ...props }: ReportFunctionProps,
  ) {
    const description = 'Sends AutoSys events for state changes in Step Functions and AWS Batch';
    super(scope, id, { ...props, entryFile: 'report', description });
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, maxConcurrency, reportBatchItemFailures: true }),
    );
  }
}
