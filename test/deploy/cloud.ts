import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { home } from './ministack.ts';

/** The name of the stack, as `infra/app.ts` gives it. */
export const stackName = 'AutosysBridge';

/** The emulated account, through the AWS SDK. */
export interface Cloud {
  readonly cloudFormation: CloudFormation;
  readonly eventBridge: EventBridge;
  readonly lambda: Lambda;
  readonly s3: S3;
  readonly secrets: SecretsManager;
  readonly states: SFN;
  readonly sqs: SQS;
}

/** Creates the SDK clients for the emulator. */
export function connect(endpoint: string, region: string = home.region): Cloud {
  const settings = {
    endpoint,
    region,
    // MiniStack takes an access key of twelve digits as the account id.
    credentials: { accessKeyId: home.account, secretAccessKey: 'test' },
  };
  return {
    cloudFormation: new CloudFormation(settings),
    eventBridge: new EventBridge(settings),
    lambda: new Lambda(settings),
    s3: new S3({ ...settings, forcePathStyle: true }),
    secrets: new SecretsManager(settings),
    states: new SFN(settings),
    sqs: new SQS(settings),
  };
}

/** A resource of the deployed stack. */
export interface Deployed {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** Returns the resources of the stack. */
export async function listResources({ cloudFormation }: Cloud): Promise<readonly Deployed[]> {
  const resources: Deployed[] = [];
  let token: string | undefined;
  do {
    const page = await cloudFormation.listStackResources({
      StackName: stackName,
      ...(token !== undefined && { NextToken: token }),
    });
    for (const one of page.StackResourceSummaries ?? []) {
      resources.push({
        logicalId: one.LogicalResourceId ?? '',
        physicalId: one.PhysicalResourceId ?? '',
        type: one.ResourceType ?? '',
      });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return resources;
}

/** Returns the outputs of the stack by name, and its status. */
export async function describeStack({ cloudFormation }: Cloud) {
  const { Stacks } = await cloudFormation.describeStacks({ StackName: stackName });
  const outputs = (Stacks?.[0]?.Outputs ?? []).map(
    ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
  );
  return { status: Stacks?.[0]?.StackStatus, outputs: new Map(outputs) };
}
