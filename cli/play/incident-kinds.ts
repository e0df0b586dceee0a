/** What `break` can do, and what it means. */
export const incidentKinds = {
  down: 'AutoSys refuses connections',
  away: 'AutoSys answers every request with 503',
  login: 'AutoSys has another password for the bridge than the secret',
  job: 'a job is renamed in AutoSys, JOB to JOB_RENAMED',
  answer: 'AutoSys processes the next start of a job, and its answer is lost',
} as const;

/** A kind of incident. */
export type IncidentKind = keyof typeof incidentKinds;
