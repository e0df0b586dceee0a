import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseGlobalName, parseGlobalValue } from '../../../autosys/names.ts';
import { liveOptions } from '../../../cli/live/live-options.ts';
import { createDynamoTable } from '../../../lambda/ledger/store/dynamo-table.ts';
import { toSecret } from '../../support/bridge.ts';
import { anExecutionEvent } from '../../support/builders.ts';
import { blocksOf, readDocument } from '../../support/documents.ts';
import { actionsOf, type IamPolicy } from '../../support/iam.ts';
import { openSandbox, readRoutes } from '../../support/sandbox.ts';
import { embedLive } from './embedded-live.ts';

const page = readDocument('docs/validate.md');
const blocks = blocksOf('docs/validate.md');

const jil = `insert_job: LOAD_SETTLEMENT  job_type: CMD  machine: host1  command: load
  condition: v(AWS_SETTLEMENT) = "SUCCESS"
insert_job: RISK_IN_AWS  job_type: BOX`;

const routes = `  - { name: settlement, from: { stateMachine: settlement }, global: AWS_SETTLEMENT }
  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, job: RISK_IN_AWS }
  - { name: rates, from: { stateMachine: rates, account: "444455556666" }, job: "RATES_\${run:40}" }
`;

describe('docs/validate.md', () => {
  test('shows a table that the command prints', async () => {
    await using live = await embedLive(jil);
    const { autosys, ledger, workloads } = live;
    workloads.define({ stateMachine: 'settlement' });
    workloads.define({ jobQueue: 'night', state: 'DISABLED' });
    const globalVariable = parseGlobalName('AWS_BRIDGE_CANARY');
    const value = parseGlobalValue('2026-11-20T02:00:00.000Z');
    await autosys.send({ kind: 'SET_GLOBAL', globalVariable, value });
    const sandbox = openSandbox({
      config: readRoutes(routes, [[autosys]]),
      secrets: { 'autosys/ACE': toSecret(autosys.emulator) },
      clock: autosys.clock,
      table: createDynamoTable({ ...ledger, now: () => autosys.clock.now() }),
    });
    await sandbox.take([anExecutionEvent()]);
    await autosys.act();

    const yaml = `instances:\n  ACE: { endpoints: [AEWS], secret: autosys/ACE, ca: ca.pem }\nroutes:\n${routes}`;
    const { stdout, code } = await live.validate(yaml, ['--live', '--stack', 'AutosysBridge']);

    const table = stdout.slice(stdout.indexOf('\npassed') + 1).trimEnd();
    const shown = blocks.find(({ language }) => language === 'text')?.text.trimEnd();
    expect(code).toBe(1);
    expect(shown).toBe(table);
  });

  test('names every option', () => {
    const { live: _, ...options } = liveOptions;

    for (const name of Object.keys(options)) expect(page).toContain(`\`--${name}\``);
  });

  test('has a policy with exactly the actions that the command calls', () => {
    const [policy] = blocks.filter(({ language }) => language === 'json');
    const { Statement } = JSON.parse(policy?.text ?? '') as IamPolicy;

    // Secrets and rows are read by the code of the functions, which has tests of its own.
    const shared = ['GetSecretValue', 'GetItem', 'PutItem', 'Query', 'Decrypt'];
    const actions = actionsOf(Statement).filter((one) => !shared.includes(one.split(':')[1] ?? ''));
    expect(actions.map((one) => one.split(':')[1]).toSorted()).toEqual(commandsOfLiveChecks());
  });
});

/** Commands of the SDK in the files whose clients have the settings of live checks. */
function commandsOfLiveChecks(): readonly string[] {
  const files = readdirSync('lambda/aws').map((name) => readFileSync(`lambda/aws/${name}`, 'utf8'));
  const ofLive = files.filter(
    (text) => text.includes('new ') && text.includes('toLiveSettings(options)'),
  );
  const names = ofLive.flatMap((text) =>
    [...text.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name),
  );
  return [...new Set(names)].toSorted();
}
