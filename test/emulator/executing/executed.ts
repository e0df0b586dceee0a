import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecuteOptions, JobOutput } from '../../../emulator/index.ts';
import type { InstanceOptions } from '../../../emulator/instance-types.ts';
import { createEstate, type Estate, jobEvent } from '../estate.ts';

/** The machine whose jobs are executed. */
export const machine = 'agent-1';

/** An estate whose jobs on {@link machine} are really executed, in a directory of its own. */
export interface ExecutedEstate extends Estate, AsyncDisposable {
  /** The working directory of the commands. */
  readonly directory: string;
  /** Starts a job by force, and waits until its command was started. */
  start(job: string): Promise<void>;
  /** Waits in real time until the job has the status. */
  reaches(job: string, status: string): Promise<void>;
  /** Waits in real time until a file has this content, and returns it. */
  fileHas(name: string, content: RegExp): Promise<string>;
  read(name: string): string;
  write(name: string, content: string): void;
  /** The kept output of the last try. */
  output(job: string): JobOutput | undefined;
  /** The texts of the event log of the job, without those of events that were sent. */
  texts(job: string): readonly string[];
}

/** Bound of a wait in real time, so that a test fails with a reason. */
const waitChecks = 1_000;
const waitCheckMs = 10;

/** Waits in real time until the condition holds. */
export async function waitUntil(what: string, holds: () => boolean): Promise<void> {
  for (let check = 0; check < waitChecks; check += 1) {
    if (holds()) return;
    await sleep(waitCheckMs);
  }
  throw new Error(`waited in vain until ${what}`);
}

/** True while the process exists and is not a zombie, which only waits for process 1. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout);
}

/** JIL of a job on {@link machine}. */
export function executed(name: string, command: string, ...attributes: readonly string[]): string {
  const lines = [`insert_job: ${name} job_type: CMD`, `machine: ${machine}`, `command: ${command}`];
  return [...lines, ...attributes, ''].join('\n');
}

/** Starts an instance; its clock does not change until the test advances it. */
export function createExecutedEstate(
  jil: string,
  execute: Partial<ExecuteOptions> = {},
  options: Partial<InstanceOptions> = {},
): ExecutedEstate {
  const directory = mkdtempSync(join(tmpdir(), 'executed-'));
  const estate = createEstate(jil, {
    ...options,
    execute: { machines: [machine], workingDirectory: directory, ...execute },
  });
  const path = (name: string) => join(directory, name);
  const read = (name: string) => {
    try {
      return readFileSync(path(name), 'utf8');
    } catch {
      return '';
    }
  };
  return {
    ...estate,
    directory,
    start: async (job) => {
      await estate.send(jobEvent('FORCE_STARTJOB', job));
      await estate.pass(0.1);
    },
    reaches: (job, status) => waitUntil(`${job} is ${status}`, () => estate.status(job) === status),
    fileHas: async (name, content) => {
      await waitUntil(`${name} has ${content}`, () => content.test(read(name)));
      return read(name);
    },
    read,
    write: (name, content) => writeFileSync(path(name), content),
    output: (job) => estate.instance.outputs(job).at(-1),
    texts: (job) =>
      estate.instance
        .events(job)
        .flatMap(({ kind, text }) => (kind === 'status' && text !== undefined ? [text] : [])),
    [Symbol.asyncDispose]: async () => {
      estate.instance.stop();
      await estate.instance.waitForProcesses();
      rmSync(directory, { recursive: true });
    },
  };
}
