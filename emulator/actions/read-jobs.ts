import { toStatusNumber } from '../../autosys/status.ts';
import {
  escapeMarkup,
  type HttpAnswer,
  json,
  text,
  tomcatPage,
  unknownJob,
  xml,
} from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { type MediaType, negotiate } from '../negotiate.ts';
import type { JobRecord } from '../record.ts';

/**
 * A job as AEWS returns it: no condition, no files; the status as a number in a text (seen live).
 */
interface JobReading {
  readonly name: string;
  readonly boxName?: string;
  readonly jobType: string;
  readonly machine?: string;
  readonly status: string;
}

const both: readonly MediaType[] = ['application/json', 'application/xml'];

/**
 * GET job, and job.xml or job.json, which select the format by suffix: every job, in JSON or XML.
 */
export function createReadJobs(suffix?: MediaType) {
  return function bindReadJobs({ instance, jobShape }: Pick<Deps, 'instance' | 'jobShape'>) {
    return function readJobs({ query, accept }: Pick<AewsRequest, 'query' | 'accept'>): HttpAnswer {
      const type = suffix ?? negotiate(accept, both);
      if (!type) return notAcceptable();
      const matches = readFilter(query.get('filter'));
      if (!matches) return badFilter();
      const jobs = instance.jobs().map(toReading).filter(matches);
      if (type === 'application/xml')
        return xml(200, `<jobs>${jobs.map(toElement).join('')}</jobs>`);
      return json(200, jobShape === 'array' ? jobs : { job: jobs });
    };
  };
}

/**
 * GET job/{name}: one job in the shape of the instance's release; 404 with AutoSys's message for an
 * unknown job.
 */
export function createReadJob({ instance, jobShape }: Pick<Deps, 'instance' | 'jobShape'>) {
  return function readJob({ name, accept }: Pick<AewsRequest, 'name' | 'accept'>): HttpAnswer {
    const type = negotiate(accept, both);
    if (!type) return notAcceptable();
    const record = instance.job(name);
    if (!record) return unknownJob(404, name);
    const job = toReading(record);
    if (type === 'application/xml') return xml(200, `<jobs>${toElement(job)}</jobs>`);
    if (jobShape === 'flat') return json(200, job);
    return json(200, jobShape === 'array' ? [job] : { job: [job] });
  };
}

/** 406: no requested media type is available. */
export function notAcceptable(): HttpAnswer {
  return tomcatPage(406, 'none of the media types in Accept is available');
}

function toReading({ job, status }: JobRecord): JobReading {
  return {
    name: job.name,
    ...(job.box !== undefined && { boxName: job.box }),
    jobType: job.type,
    ...(job.machine !== undefined && { machine: job.machine }),
    // SUSPENDED has no published number; its word at least cannot be taken for another.
    status: String(toStatusNumber(status) ?? status),
  };
}

/**
 * Reads `?filter=<field>==<value>`, only in the form that was seen to work: a lower-case field and
 * an exact value.
 *
 * camelCase names and wildcards were answered with 400 (seen live), so a client has reason not to
 * filter on the server. We read `name` and `boxname`, the two spellings without either.
 */
function readFilter(filter: string | null): ((job: JobReading) => boolean) | undefined {
  if (filter === null || filter === '') return () => true;
  const [, field, value] = /^(name|boxname)==([^*%?]+)$/.exec(filter) ?? [];
  if (field === undefined) return undefined;
  return function matchesFilter(job) {
    return (field === 'name' ? job.name : job.boxName) === value;
  };
}

function badFilter(): HttpAnswer {
  return text(400, 'filter: expected name==<value> or boxname==<value> without wildcards\n');
}

/** The names of the elements are those of JSON; the vendor's are not published (inferred). */
function toElement(job: JobReading): string {
  const children = Object.entries(job).map(([name, value]) => {
    return `<${name}>${escapeMarkup(String(value))}</${name}>`;
  });
  return `<job>${children.join('')}</job>`;
}
