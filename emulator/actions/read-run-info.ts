import { printDate } from '../../autosys/autorep/index.ts';
import { escapeMarkup, type HttpAnswer, json, unknownJob, xml } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { type MediaType, negotiate } from '../negotiate.ts';
import type { JobRecord } from '../record.ts';
import { notAcceptable } from './read-jobs.ts';

/** The fields that one tolerant client reads (seen in code 1); the vendor's are not published. */
interface RunReading {
  readonly name: string;
  readonly status: string;
  readonly runNum: number;
  readonly numTries: number;
  readonly lastStart?: string;
  readonly lastEnd?: string;
  readonly exitCode?: number;
  readonly runMachine?: string;
}

const both: readonly MediaType[] = ['application/json', 'application/xml'];

/** GET job-run-info: the last run of every job, as a bare array. */
export function createReadRunInfos({ instance }: Pick<Deps, 'instance'>) {
  return function readRunInfos({ accept }: Pick<AewsRequest, 'accept'>): HttpAnswer {
    const runs = instance.jobs().map((record) => toReading(record, instance.timezone));
    return toAnswer(runs, accept);
  };
}

/** GET job-run-info/{name} and jobruninfo/{name}: the last run of one job. */
export function createReadRunInfo({ instance }: Pick<Deps, 'instance'>) {
  return function readRunInfo({ name, accept }: Pick<AewsRequest, 'name' | 'accept'>): HttpAnswer {
    const record = instance.job(name);
    return record
      ? toAnswer([toReading(record, instance.timezone)], accept)
      : unknownJob(404, name);
  };
}

function toReading(record: JobRecord, timezone: string): RunReading {
  const { job, status, run, lastStart, lastEnd, exitCode } = record;
  return {
    name: job.name,
    status,
    runNum: run.run,
    numTries: run.try,
    ...(lastStart && { lastStart: printDate(lastStart, timezone) }),
    ...(lastEnd && { lastEnd: printDate(lastEnd, timezone) }),
    ...(exitCode !== undefined && { exitCode }),
    ...(job.machine !== undefined && { runMachine: job.machine }),
  };
}

function toAnswer(runs: readonly RunReading[], accept: string | undefined): HttpAnswer {
  const type = negotiate(accept, both);
  if (!type) return notAcceptable();
  if (type === 'application/json') return json(200, runs);
  const elements = runs.map((run) => {
    const children = Object.entries(run).map(([name, value]) => {
      return `<${name}>${escapeMarkup(String(value))}</${name}>`;
    });
    return `<jobRunInfo>${children.join('')}</jobRunInfo>`;
  });
  return xml(200, `<jobRunInfos>${elements.join('')}</jobRunInfos>`);
}
