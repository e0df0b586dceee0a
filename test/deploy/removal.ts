import { strict as assert } from 'node:assert';
import { readResources } from './assembly.ts';
import { findBridge } from './bridge.ts';
import { listResources, stackName } from './cloud.ts';
import { askLedger } from './ledger.ts';
import { checkRetainedPages, findPages } from './night.ts';
import { toGlobal } from './route-change.ts';
import type { TestSystem } from './test-system.ts';

/**
 * Removes the stack. Exactly the retained resources must be left, with their content.
 *
 * @returns the types of the retained resources
 */
export async function remove(system: TestSystem, assembly: string): Promise<readonly string[]> {
  const { cloud, toolkit } = system;
  const resources = await listResources(cloud);
  const template = readResources(assembly);
  const { table, deadLetters, queue, report, sweep } = await findBridge(cloud);
  const retained = resources.filter(({ logicalId }) =>
    /^Retain/.test(template[logicalId]?.DeletionPolicy ?? ''),
  );

  const pages = await findPages(system);

  await toolkit.destroy(assembly);

  await assert.rejects(
    cloud.cloudFormation.describeStacks({ StackName: stackName }),
    /does not exist/,
  );
  assert.ok(
    retained.some(({ physicalId }) => physicalId === table),
    'the ledger is retained',
  );
  assert.match(await askLedger(system, table, toGlobal('archive')), /is over/);
  await checkRetainedPages(system, pages);
  await cloud.sqs.getQueueAttributes({ QueueUrl: deadLetters, AttributeNames: ['All'] });
  await assert.rejects(cloud.sqs.getQueueAttributes({ QueueUrl: queue, AttributeNames: ['All'] }));
  for (const name of [report, sweep]) {
    await assert.rejects(cloud.lambda.getFunctionConfiguration({ FunctionName: name }));
  }
  return [...new Set(retained.map(({ type }) => type))];
}
