import { join } from 'node:path';
import { home } from './ministack.ts';
import { run } from './process.ts';
import type { TestSystem } from './test-system.ts';
import { project } from './toolkit.ts';

/**
 * Reads the ledger entry of a global variable as an operator does: `autosys-bridge status GLOBAL
 * --json`.
 *
 * @returns the output of the command; empty while the ledger has no entry
 */
export async function askLedger(
  { ministack, directory }: Pick<TestSystem, 'ministack' | 'directory'>,
  table: string,
  globalVariable: string,
): Promise<string> {
  const verb = ['status', globalVariable, '--instance', 'ACE', '--table', table, '--json'];
  const { code, output } = await run(process.execPath, [join(project, 'cli/main.ts'), ...verb], {
    cwd: directory,
    withinMs: 30_000,
    env: {
      AWS_ENDPOINT_URL: ministack.url,
      AWS_REGION: home.region,
      AWS_ACCESS_KEY_ID: home.account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  return code === 0 ? output : '';
}
