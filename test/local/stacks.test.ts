import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { startLocalStacks } from '../../local/index.ts';

test('DescribeStacks finds a stack by name or ARN, and refuses an unknown one', async () => {
  await using stacks = await startLocalStacks();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new CloudFormationClient({
    endpoint: stacks.server.url,
    region: 'eu-west-1',
    credentials,
  });
  const id = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Bridge/0f3a';
  const createdAt = new Date('2026-06-01T00:00:00.000Z');
  stacks.putStack({ name: 'Bridge', id, createdAt, outputs: { Name: 'a<&>b' } });

  for (const StackName of ['Bridge', id]) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks).toMatchObject([
      {
        StackName: 'Bridge',
        StackId: id,
        CreationTime: createdAt,
        Outputs: [{ OutputKey: 'Name', OutputValue: 'a<&>b' }],
      },
    ]);
  }
  await expect(
    client.send(new DescribeStacksCommand({ StackName: 'Other' })),
  ).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Other does not exist',
  });
  client.destroy();
});
