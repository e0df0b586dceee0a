import { matchesGlob } from './origin.ts';
import type { RequestEntry } from './requests.ts';

/** Whether an entry allows requests on a job. @param job the name, in which case matters */
export function allowsJob({ jobs }: Pick<RequestEntry, 'jobs'>, job: string): boolean {
  return jobs.some((pattern) => matchesGlob(pattern, job));
}

/** Whether an entry allows requests on a global variable. @param global the name; case matters */
export function allowsGlobal({ globals }: Pick<RequestEntry, 'globals'>, global: string): boolean {
  return globals.some((pattern) => matchesGlob(pattern, global));
}
