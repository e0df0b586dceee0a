type Detail = Readonly<Record<string, unknown>>;

/** AWS JSON has instants in seconds; the events have milliseconds. */
const instants = ['startDate', 'stopDate', 'redriveDate'];
/** The fields that DescribeExecution omits with METADATA_ONLY. */
const data = ['input', 'inputDetails', 'output', 'outputDetails', 'error', 'cause'];

/**
 * The response of DescribeExecution for a run, from the detail of its event: the fields that are not
 * null, with instants in seconds.
 */
export function toExecutionDescription(detail: Detail, includedData: string): Detail {
  const fields = Object.entries(detail)
    .filter(([name, value]) => {
      return value !== null && !(includedData === 'METADATA_ONLY' && data.includes(name));
    })
    .map(([name, value]) => [name, instants.includes(name) ? Number(value) / 1_000 : value]);
  return Object.fromEntries(fields);
}
