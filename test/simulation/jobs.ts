/** Each variable with the job that waits for it: short, so that a second setting shows as a second run. */
export const waitingJobByVariable: Readonly<Record<string, string>> = {
  SHARED: 'READ_SHARED',
  BATCH: 'READ_BATCH',
  ALONE: 'READ_ALONE',
  COPY: 'READ_COPY',
};

const waiting = Object.entries(waitingJobByVariable).map(
  ([variable, job]) => `
insert_job: ${job}   job_type: CMD
machine: m1
command: sleep 1
condition: value(${variable}) != "never"
`,
);

/** The jobs of each AutoSys; the command is how long a pretended run takes. */
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
${waiting.join('')}`;
