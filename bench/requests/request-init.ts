import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleOptions } from '../../infra/bundle-options.ts';
import { environment } from '../../lambda/contract.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { measureInit } from '../cold/init.ts';
import { createPackage, type Package } from '../cold/packages.ts';
import { measureAlternately } from '../rounds.ts';

/** Functions whose cold start is compared. */
const compared = ['request', 'wait', 'report'] as const;
type ComparedFunction = (typeof compared)[number];

/** Size and init of each function. */
export interface RequestInit {
  readonly bytes: Readonly<Record<ComparedFunction, number>>;
  /** Milliseconds, one value per round. */
  readonly init: Readonly<Record<ComparedFunction, readonly number[]>>;
}

const routeFile = `
instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE, timezone: UTC }
routes:
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_SETTLEMENT }
requests:
  ledger-team:
    callers: [arn:aws:iam::111122223333:role/ledger-lambda]
    instance: ACE
    actions: [setGlobal, jobStatus, runJob]
    jobs: [LOAD_*]
    globals: [LEDGER_*]
`;

/** Bundles the functions as the stack does, and measures their init with one route file. */
export async function measureRequestInit(rounds: number): Promise<RequestInit> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-requests-'));
  try {
    const config = join(scratch, 'compiled.json');
    const compiled = readRouteFile({ name: 'bridge.yaml', text: routeFile }, () => '').config;
    writeFileSync(config, JSON.stringify(compiled));
    const build = (name: ComparedFunction) =>
      createPackage(name, {
        ...{ scratch, config, options: bundleOptions },
        entry: `lambda/functions/${name}.ts`,
        environment: { [environment.ledgerTable]: 'Ledger', [environment.account]: '111122223333' },
      });
    const packages: Readonly<Record<ComparedFunction, Package>> = {
      request: await build('request'),
      wait: await build('wait'),
      report: await build('report'),
    };
    const init = await measureAlternately(
      {
        request: () => measureInit(packages.request),
        wait: () => measureInit(packages.wait),
        report: () => measureInit(packages.report),
      },
      { rounds },
    );
    const bytes = (name: ComparedFunction) => packages[name].bytes;
    return {
      init,
      bytes: { request: bytes('request'), wait: bytes('wait'), report: bytes('report') },
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
