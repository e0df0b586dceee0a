import { type PrintableStatement, printJil } from '../../autosys/jil/index.ts';
import { nameRules } from '../../autosys/names.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { CommandLineError } from '../exit-code.ts';
import { formatJilComment } from './jil-text.ts';
import type { JilForValues } from './options.ts';
import { readJilSettings } from './settings.ts';

/** The address that a person replaces, as the stack prints it (output `LaunchApiUrl`). */
const exampleUrl = 'https://APIID-vpce-ID.execute-api.eu-west-1.amazonaws.com/v';
const suffix = '_NOTIFY';

/** The jobs that tell the bridge of the end of others. */
export interface NotifyPlan {
  readonly jobs: readonly PrintableStatement[];
}

/**
 * Creates one notifying job for each job given with `--notify`.
 *
 * @throws {CommandLineError} with every fault
 */
export function createNotifyPlan(
  { callers, instances }: Pick<BridgeConfig, 'callers' | 'instances'>,
  options: JilForValues,
): NotifyPlan {
  const faults: string[] = [];
  const { machine, owner } = readJilSettings(options, faults);
  const instance = readInstance(
    instances.map(({ name }) => name),
    options.instance,
    faults,
  );
  const { pattern, allowed, max } = nameRules.job;
  const longest = max - suffix.length;
  for (const job of options.notify) {
    if (pattern.test(job) && job.length <= longest) continue;
    const found = JSON.stringify(job.slice(0, 70));
    faults.push(`--notify: found ${found}, allowed: 1 to ${longest} of ${allowed}`);
  }
  if (faults.length > 0) throw new CommandLineError('jil-for', faults);
  const user = callers[0]?.name ?? 'CALLER';
  const jobs = [...new Set(options.notify)].map((job): PrintableStatement => {
    const attributes = {
      job_type: 'HTTP',
      machine,
      owner,
      condition: `done(${job})`,
      invocation_type: 'POST',
      provider_url: `${exampleUrl}/v1/waits`,
      j2ee_conn_user: user,
      j2ee_authentication_order: 'BASIC',
      j2ee_parameter: `job=${job}, instance=${instance}`,
    };
    const given = Object.entries(attributes).map(([name, value]) => ({ name, value }));
    return { subcommand: 'insert_job', object: `${job}${suffix}`, attributes: given };
  });
  return { jobs };
}

/** Formats the notifying jobs as one JIL text. */
export function printNotifyPlan({ jobs }: NotifyPlan): string {
  const comment = formatJilComment([
    'Jobs that tell the bridge that another job has ended, so that a state machine that waits for it continues at once. Without them it continues at the next pass, within 35 seconds.',
    'Change provider_url to the address of the launch API, and j2ee_conn_user to a caller in the route file. The bridge reads the job in AutoSys before it answers, so a notification proves nothing.',
  ]);
  return `${comment}\n${printJil(jobs)}`;
}

/** The notifying jobs as data, for --json. */
export function toNotifyDocument({ jobs }: NotifyPlan) {
  return { notify: jobs.map((job) => ({ job: job.object, jil: printJil([job]) })) };
}

function readInstance(
  known: readonly string[],
  given: string | undefined,
  faults: string[],
): string {
  const instance = given ?? (known.length === 1 ? known[0] : undefined);
  if (instance !== undefined && known.includes(instance)) return instance;
  const found = given === undefined ? 'missing' : `found ${JSON.stringify(given.slice(0, 40))}`;
  faults.push(`--instance: ${found}, allowed: ${known.join(', ')}`);
  return '';
}
