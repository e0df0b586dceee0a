import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SettableStatus } from '../../autosys/event.ts';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import type { Mirror } from '../../lambda/routing/targets.ts';
import { printJilFor, readShipped } from '../cli/jil-for/support.ts';
import type { MovedTime } from '../support/moved-time.ts';
import { startLaunchSystem } from './launch-system.ts';

/** The jobs of AutoSys: those that `jil-for` prints for the target settlement, and others. */
export interface PrintedJobsOptions {
  /** Path of the built command. */
  readonly bundle: string;
  /** Options of `jil-for`. @default - none */
  readonly argv?: readonly string[];
  /** Mirror of the target. @default - none */
  readonly mirror?: Mirror;
  /** JIL that is loaded after the printed jobs. @default - none */
  readonly jil?: string;
  /** Clock of AutoSys, AWS and all processes. @default - the clock of this machine */
  readonly time?: MovedTime;
}

/** `examples/launch.yaml`, whose target settlement has the mirror. */
function toRouteFile(mirror: Mirror | undefined): string {
  const file = readShipped('examples/launch.yaml');
  if (mirror === undefined) return file;
  const key = `    mirror: { ${mirror.kind}: ${mirror.name} }\n`;
  return file.replace('    endsWithin: 90m\n', `    endsWithin: 90m\n${key}`);
}

/**
 * Both worlds. AutoSys executes the printed jobs with the built command, and shows no warning for them.
 *
 * @param directory of the assembly of `examples/launch.yaml`
 */
export async function startPrintedJobs(directory: string, options: PrintedJobsOptions) {
  const { bundle, argv = [], mirror, jil: further = '', time } = options;
  const system = await startLaunchSystem(
    directory,
    () => ({ execute: { machines: ['agent-1'] }, ...(time && { clock: time.clock }) }),
    {
      ...(time && { time }),
      changeTarget: (target) =>
        target.name === 'settlement' && mirror ? { ...target, mirror } : target,
    },
  );
  const { autosys, folder, url, caPath, loginPath } = system;
  const { instance } = autosys;
  const program = join(folder, 'autosys-bridge');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
  chmodSync(program, 0o755);
  const variables = {
    AUTOSYS_BRIDGE_URL: url,
    AUTOSYS_BRIDGE_CA: caPath,
    AUTOSYS_BRIDGE_LOGIN_FILE: loginPath,
    ...time?.environment,
  };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(join(folder, 'profile'), `${exports.join('')}export PATH=${folder}:$PATH\n`);
  const printed = await printJilFor(toRouteFile(mirror), [
    ...['settlement', '--param', 'date=$$EOD_DATE', ...argv],
    ...['--profile', join(folder, 'profile'), '--log-dir', folder],
  ]);
  for (const text of [printed, further]) {
    const { ok, problems } = instance.loadJil({ name: 'printed.jil', text });
    if (!ok || problems.length > 0) throw new Error(`the JIL has problems\n${text}`);
  }
  const setGlobal = async (name: string, value: string) => {
    const globalVariable = parseGlobalName(name);
    instance.queue({ kind: 'SET_GLOBAL', globalVariable, value: parseGlobalValue(value) });
    await until(`${name} is ${value}`, () => instance.globalVariable(name)?.value === value);
  };
  await setGlobal('EOD_DATE', '2026-11-30');
  const statusOf = (job: string) => instance.job(job)?.status ?? 'undefined';
  return Object.assign(system, {
    setGlobal,
    statusOf,
    /** Sets the status of a job as an operator does. */
    setStatus: async (job: string, status: SettableStatus) => {
      instance.queue({ kind: 'CHANGE_STATUS', job: parseJobName(job), status });
      await until(`${job} is ${status}`, () => statusOf(job) === status);
    },
    send: (kind: 'STARTJOB' | 'KILLJOB' | 'JOB_ON_HOLD', job: string) =>
      instance.queue({ kind, job: parseJobName(job) }),
    untilEnd: async (job: string) => {
      await until(`${job} ends`, () =>
        ['SUCCESS', 'FAILURE', 'TERMINATED'].includes(statusOf(job)),
      );
      return statusOf(job);
    },
    readSpool: (job: string) => {
      const spool = join(folder, `${job}.out`);
      return existsSync(spool) ? readFileSync(spool, 'utf8') : '';
    },
  });
}

export type PrintedJobs = Awaited<ReturnType<typeof startPrintedJobs>>;

/**
 * Waits until a condition holds, and asks again each time.
 *
 * @throws {Error} after 40 seconds
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let check = 0; check < 800; check += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`not reached: ${what}`);
}
