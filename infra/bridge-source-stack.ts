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

/** Makes the props once there is a stack to name a topic in. */
export type ToSourceProps = (stack: Stack) => BridgeSourceProps;

/**
 * A source as a stack of its own; it needs no bootstrap and no assets, so StackSets can carry it
 * anywhere.
 */
export class BridgeSourceStack extends Stack {
  constructor(scope: Construct, id: string, toSourceProps: ToSourceProps, props?: StackProps) {
    super(scope, id, {
      description: 'AutoSys bridge: forwards what Step Functions and AWS Batch announce here',
      // The CDK's class does not fit its own interface under `exactOptionalPropertyTypes`.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      ...props,
    });
    const { undeliveredQueue } = new BridgeSource(this, ids.source, toSourceProps(this));
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: undeliveredQueue.queueUrl });
  }
}
