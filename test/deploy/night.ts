import { strict as assert } from 'node:assert';
import { describeStack } from './cloud.ts';
import { home } from './ministack.ts';
import type { TestSystem } from './test-system.ts';
import { healsWithinMs, until } from './until.ts';

/** Object of the present night. */
const presentPage = 'ACE/now.html';

/** Pages of the night: a part of a route file. */
export const nightEntry = `
night:
  readers: [arn:aws:iam::${home.account}:role/Operators]
  everyMinutes: 1
`;

/**
 * The schedule has written the page of the present night. It shows the job and the execution that
 * caused it to start, and the copy under the date of the night is the same page.
 */
export async function readNightPage(system: TestSystem): Promise<void> {
  const bucket = await findPages(system);
  const page = await until(
    'the page of the night to show the settlement',
    async () => {
      const text = await readPage(system, bucket, presentPage);
      return text?.includes('NIGHT_SETTLE_LOAD') && text.includes('settlement-night-1') && text;
    },
    healsWithinMs,
  );
  assert.match(page, /^<!doctype html>/i);
  assert.doesNotMatch(page, new RegExp(system.autosys.password));
  const { Contents = [] } = await system.cloud.s3.listObjectsV2({ Bucket: bucket });
  const keys = Contents.map(({ Key }) => Key ?? '').sort();
  assert.match(keys.join(' '), /^ACE\/\d{4}-\d\d-\d\d\.html ACE\/now\.html$/);
}

/** The bucket is retained with its pages when the stack is deleted. */
export async function checkRetainedPages(system: TestSystem, bucket: string): Promise<void> {
  assert.match((await readPage(system, bucket, presentPage)) ?? '', /NIGHT_SETTLE_LOAD/);
}

/** Name of the bucket, in the command that the stack prints for operators. */
export async function findPages({ cloud }: TestSystem): Promise<string> {
  const { outputs } = await describeStack(cloud);
  const command = [...outputs].find(([name]) => name.includes('NightLinkCommand'))?.[1] ?? '';
  const [, bucket, key] = /^aws s3 presign s3:\/\/([^/]+)\/(\S+) /.exec(command) ?? [];
  assert.equal(key, presentPage, `the output NightLinkCommand is ${command}`);
  return bucket ?? '';
}

async function readPage(
  { cloud }: TestSystem,
  Bucket: string,
  Key: string,
): Promise<string | undefined> {
  try {
    const { Body, ContentType } = await cloud.s3.getObject({ Bucket, Key });
    assert.match(ContentType ?? '', /^text\/html/);
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}
