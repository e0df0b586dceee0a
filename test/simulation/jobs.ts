/**
 * The job that waits for each variable. It runs for one second, so that a second setting shows as a
 * second run.
 */
export const waitingJobByVariable: Readonly<Record<string, string>> = {
  SHARED: 'READ_SHARED',
  BATCH: 'READ_BATCH',
  ALONE: 'READ_ALONE',
  COPY: 'READ_COPY',
  AGAIN: 'READ_AGAIN',
};

const waitingJobs = Object.entries(waitingJobByVariable).map(
  ([variable, job]) => `
insert_job: ${job}   job_type: CMD
machine: m1
command: sleep 1
condition: value(${variable}) != "never"
`,
);

/** The JIL of each AutoSys. The emulator takes the duration of a run from the `sleep` command. */
export const jil = `
insert_job: REPAIR   job_type: CMD
machine: m1
command: sleep 30

insert_job: LATER   job_type: CMD
machine: m1
command: sleep 1

insert_job: MEND   job_type: CMD
machine: m1
command: sleep 5

insert_job: WATCH   job_type: CMD
machine: m1
command: sleep 86400

insert_job: MIRROR   job_type: CMD
machine: m1
command: sleep 1
${waitingJobs.join('')}`;
