type Detail = Readonly<Record<string, unknown>>;

/** An HTTP response of AWS. */
export interface WorkloadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Detail;
}

/** AWS JSON has instants in seconds; the events have milliseconds. */
const instants = ['startDate', 'stopDate', 'redriveDate'];
/** The fields that DescribeExecution omits with METADATA_ONLY. */
const data = ['input', 'inputDetails', 'output', 'outputDetails', 'error', 'cause'];

/**
 * The response of DescribeExecution (Step Functions API reference): the fields of the event that
 * are not null.
 */
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

/**
 * The response of DescribeJobs (AWS Batch API reference): the known jobs with all fields. Unknown
 * jobs are omitted.
 */
export function toBatchAnswer(details: readonly (Detail | undefined)[]): WorkloadAnswer {
  const jobs = details.filter((detail) => detail !== undefined);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: { jobs } };
}
