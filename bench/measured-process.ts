import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../lambda/contract.ts';
import { LocalSecrets } from '../local/index.ts';
import { readRouteFile } from '../route-file/index.ts';
import { startLedgerTable } from '../test/support/ledger-table.ts';
import type { AutosysAccess } from './autosys.ts';

/** Options of one measurement. */
export interface MeasurementOptions {
  readonly rounds: number;
}

/** The endpoints for the measured process; JSON in its first argument. */
export interface MeasuredEndpoints {
  readonly autosys: AutosysAccess;
  readonly tablesUrl: string;
  readonly secretsUrl: string;
  readonly tableName: string;
  /** Path of the compiled route file. */
  readonly configPath: string;
}

/** What is measured, and with what route file. */
export interface MeasuredProcessOptions {
  /** Path of the program. It answers each {@link MeasurementOptions} with one message. */
  readonly program: string;
  /** The route file after `instances`, which has ACE. */
  readonly routeFile: string;
}

/**
 * The process in which a handler is measured. This process serves ledger and secrets; a third one
 * serves AutoSys.
 */
export class MeasuredProcess<Measurements> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #disposables: AsyncDisposableStack;

  private constructor(child: ChildProcess, disposables: AsyncDisposableStack) {
    this.#child = child;
    this.#disposables = disposables;
  }

  static async start<Measurements>(
    autosys: AutosysAccess,
    { program, routeFile }: MeasuredProcessOptions,
  ): Promise<MeasuredProcess<Measurements>> {
    await using stack = new AsyncDisposableStack();
    const tables = stack.use(await startLedgerTable());
    const secrets = stack.use(await LocalSecrets.start());
    secrets.put(
      'autosys/ACE',
      JSON.stringify({ username: autosys.user, password: autosys.password }),
    );
    const directory = mkdtempSync(join(tmpdir(), 'bench-handler-'));
    stack.defer(() => rmSync(directory, { recursive: true }));
    const configPath = join(directory, 'bridge.json');
    writeFileSync(configPath, JSON.stringify(compile(autosys, routeFile)));
    const { tableName } = tables;
    const addresses = { tablesUrl: tables.url, secretsUrl: secrets.url };
    const endpoints: MeasuredEndpoints = { autosys, tableName, configPath, ...addresses };
    const child = fork(program, [JSON.stringify(endpoints)], {
      // The handler writes its log lines, but they are discarded.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, ...toEnvironment(endpoints) },
    });
    stack.defer(async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    });
    return new MeasuredProcess<Measurements>(child, stack.move());
  }

  async measure(options: MeasurementOptions): Promise<Measurements> {
    this.#child.send(options);
    const ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the measured process ended with ${code}`);
    });
    ended.catch(() => undefined);
    const [found] = await Promise.race([once(this.#child, 'message'), ended]);
    return found as Measurements;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disposables.disposeAsync();
  }
}

function compile({ url, certificateAuthority }: AutosysAccess, routeFile: string) {
  const ace = `  ACE: { endpoints: ["${url}"], secret: autosys/ACE, ca: ca.pem, timezone: UTC }`;
  const text = `instances:\n${ace}\n${routeFile}`;
  return readRouteFile({ name: 'bridge.yaml', text }, () => certificateAuthority).config;
}

/** As Lambda and the embedded AWS set it. */
function toEnvironment({ tableName, configPath, tablesUrl, secretsUrl }: MeasuredEndpoints) {
  return {
    [environment.ledgerTable]: tableName,
    [environment.account]: '111122223333',
    [environment.config]: configPath,
    AWS_ENDPOINT_URL_DYNAMODB: tablesUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
    // The Region of the events: a route without `region` means the Region of the function.
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIALOCALLOCALLOCAL0',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_LAMBDA_FUNCTION_NAME: 'measured',
  };
}
