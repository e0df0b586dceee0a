import { printDate } from '../../autosys/autorep/index.ts';
import { escapeMarkup, type HttpAnswer, json, unknownJob, xml } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { type MediaType, negotiate } from '../negotiate.ts';
import type { JobRecord } from '../record.ts';
import { notAcceptable } from './read-jobs.ts';

/** The fields one tolerant client looks for (seen in code 1); the vendor's are not published. */
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
export const readRunInfos =
  ({ instance }: Pick<Deps, 'instance'>) =>
  ({ accept }: Pick<AewsRequest, 'accept'>): HttpAnswer =>
    show(
      instance.jobs().map((record) => toReading(record, instance.timezone)),
      accept,
    );

/** GET job-run-info/{name} and jobruninfo/{name}: the last run of one job. */
export const readRunInfo =
  ({ instance }: Pick<Deps, 'instance'>) =>
  ({ name, accept }: Pick<AewsRequest, 'name' | 'accept'>): HttpAnswer => {
    const record = instance.job(name);
    return record ? show([toReading(record, instance.timezone)], accept) : unknownJob(404, name);
  };

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

function show(runs: readonly RunReading[], accept: string | undefined): HttpAnswer {
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
