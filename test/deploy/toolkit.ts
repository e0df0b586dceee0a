import { mkdtempSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { home } from './ministack.ts';
import { type Ended, run } from './process.ts';

/** The directory that holds `cdk.json`. */
export const project = join(import.meta.dirname, '../..');

/**
 * The CDK command line tool with the endpoint of the emulated AWS in the variable of the SDK. It
 * contacts nothing else: notices, telemetry and version checks are off.
 */
export class Toolkit {
  readonly #env: Readonly<Record<string, string>>;
  readonly #directory: string;
  #last = '';

  constructor({ url, directory }: { readonly url: string; readonly directory: string }) {
    this.#directory = directory;
    const path = [dirname(process.execPath), join(project, 'node_modules/.bin')];
    this.#env = {
      PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HOME: directory,
      NO_COLOR: '1',
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      AWS_ENDPOINT_URL: url,
      AWS_REGION: home.region,
      AWS_ACCESS_KEY_ID: home.account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: '127.0.0.1,localhost',
    };
  }

  /** Output of the last command. */
  get last(): string {
    return this.#last;
  }

  /** `cdk bootstrap`. */
  async bootstrap(): Promise<void> {
    await this.#succeed(['bootstrap', `aws://${home.account}/${home.region}`]);
  }

  /**
   * `cdk synth` with a route file.
   *
   * @returns the cloud assembly, which the other commands use in place of the app
   */
  async synth(config: string): Promise<string> {
    const assembly = mkdtempSync(join(this.#directory, 'cdk.out-'));
    const settings = [`config=${config}`, 'launchNetworks=10.0.0.0/8'];
    const context = settings.flatMap((setting) => ['-c', setting]);
    await this.#succeed(['synth', '--quiet', ...context, '--output', assembly]);
    return assembly;
  }

  /** `cdk deploy`. */
  async deploy(assembly: string): Promise<void> {
    const { code } = await this.tryDeploy(assembly);
    if (code !== 0) throw new Error(`cdk deploy ended with ${code}`);
  }

  /** `cdk deploy`, with any exit code. */
  async tryDeploy(assembly: string): Promise<Ended> {
    return await this.#cdk(['deploy', '--all', '--require-approval', 'never', '--app', assembly]);
  }

  /** Output of `cdk diff`. */
  async diff(assembly: string): Promise<string> {
    return await this.#succeed(['diff', '--all', '--app', assembly]);
  }

  /** `cdk destroy`. */
  async destroy(assembly: string): Promise<void> {
    await this.#succeed(['destroy', '--all', '--force', '--app', assembly]);
  }

  async #succeed(args: readonly string[]): Promise<string> {
    const { code, output } = await this.#cdk(args);
    if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code}`);
    return output;
  }

  async #cdk(args: readonly string[]): Promise<Ended> {
    const options = { cwd: project, env: this.#env, withinMs: 300_000 };
    const ended = await run('cdk', [...args, '--no-notices'], options);
    this.#last = ended.output;
    return ended;
  }
}
