import type { Login } from '../login/login.ts';
import type { JobLists } from './job-lists.ts';
import { toReadFacts } from './with-login.ts';

/** Reads of jobs whose requests all use the shared login. */
export function withJobListLogin(login: Login, port: JobLists): JobLists {
  return {
    readJobs: (pattern, options) =>
      login.call(() => port.readJobs(pattern, options), {
        ...options,
        ...toReadFacts(`jobs ${pattern}`),
      }),
    readJil: (job, options) =>
      login.call(() => port.readJil(job, options), {
        ...options,
        ...toReadFacts(`definition of job ${job}`),
      }),
    readDefinitions: (options) =>
      login.call(() => port.readDefinitions(options), {
        ...options,
        ...toReadFacts('definitions'),
      }),
  };
}
