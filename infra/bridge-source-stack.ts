import {
  BootstraplessSynthesizer,
  CfnOutput,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BridgeSource, type BridgeSourceProps } from './bridge-source.ts';
import { ids } from './names.ts';

/** Creates the props, with the stack as scope for imported resources. */
export type ToSourceProps = (stack: Stack) => BridgeSourceProps;

/**
 * A stack with a source. It needs no bootstrap and has no assets, so StackSets can deploy it to
 * other accounts.
 */
export class BridgeSourceStack extends Stack {
  constructor(scope: Construct, id: string, toSourceProps: ToSourceProps, props?: StackProps) {
    super(scope, id, {
      description: 'AutoSys bridge: forwards events of Step Functions and AWS Batch',
      // The class of the CDK does not match its own interface with `exactOptionalPropertyTypes`.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      ...props,
    });
    const { undeliveredQueue } = new BridgeSource(this, ids.source, toSourceProps(this));
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: undeliveredQueue.queueUrl });
  }
}
