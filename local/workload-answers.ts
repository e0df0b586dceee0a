type Detail = Readonly<Record<string, unknown>>;

/** An answer of AWS on the wire. */
export interface WorkloadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Detail;
}

/** AWS JSON writes instants in seconds, where its events have milliseconds. */
const instants = ['startDate', 'stopDate', 'redriveDate'];
/** What DescribeExecution leaves out where only the metadata are asked for. */
const data = ['input', 'inputDetails', 'output', 'outputDetails', 'error', 'cause'];

/** DescribeExecution (Step Functions API reference): the fields of the event, without what is null. */
export function toExecutionAnswer(
  detail: Detail | undefined,
  arn: string,
  includedData: unknown,
): WorkloadAnswer {
  if (detail === undefined) {
    const message = `Execution Does Not Exist: '${arn}'`;
    return { status: 400, headers: {}, body: { __type: 'ExecutionDoesNotExist', message } };
  }
  const fields = Object.entries(detail)
    .filter(([name, value]) => {
      return value !== null && !(includedData === 'METADATA_ONLY' && data.includes(name));
    })
    .map(([name, value]) => [name, instants.includes(name) ? Number(value) / 1_000 : value]);
  return { status: 200, headers: {}, body: Object.fromEntries(fields) };
}

/** DescribeJobs (AWS Batch API reference): the jobs that are known, environment and all; the others are left out. */
export function toBatchAnswer(details: readonly (Detail | undefined)[]): WorkloadAnswer {
  const jobs = details.filter((detail) => detail !== undefined);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: { jobs } };
}
