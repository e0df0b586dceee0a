import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Alongside, alone } from '../delivery/read-groups.ts';
import type { QueueMessage, ReportResult } from '../delivery/report-result.ts';
import type { QueueVerdict } from '../telemetry/report-telemetry.ts';

export interface BatchDeps {
  readonly report: (message: QueueMessage, signal: AbortSignal) => Promise<ReportResult>;
  /**
   * Writes log lines and metrics. @returns whether the message is done or goes back to the queue
   */
  readonly telemetry: (messageId: string, report: ReportResult) => QueueVerdict;
  /** Called with an unexpected failure. The message goes back to the queue. */
  readonly onUnexpected: (messageId: string, error: unknown) => void;
  /**
   * Creates a group whose members share their reads of variables. @default - reads are not shared
   */
  readonly newReadGroup?: () => Alongside;
}

/**
 * Creates the handler of an SQS batch. Only messages that are not finished go back to the queue.
 *
 * Messages of one run are processed sequentially, in the order of the batch. Different runs are
 * processed concurrently.
 */
export function createBatch({
  report,
  telemetry,
  onUnexpected,
  newReadGroup = () => alone,
}: BatchDeps) {
  return async function handleBatch(
    event: SQSEvent,
    signal: AbortSignal,
  ): Promise<SQSBatchResponse> {
    const unfinished = new Set<string>();
    const groups = Map.groupBy(event.Records, ({ body, messageId }) => toRun(body) ?? messageId);
    const alongside = newReadGroup();
    await Promise.all(
      [...groups.values()].map((records) =>
        alongside(async () => {
          for (const record of records) {
            if ((await work(record, signal)) === 'again') unfinished.add(record.messageId);
          }
        }),
      ),
    );
    return {
      batchItemFailures: event.Records.filter(({ messageId }) => unfinished.has(messageId)).map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    };
  };

  async function work(record: SQSRecord, signal: AbortSignal): Promise<QueueVerdict> {
    const { messageId, body } = record;
    try {
      return telemetry(messageId, await report({ messageId, body }, signal));
    } catch (error) {
      onUnexpected(messageId, error);
      return 'again';
    }
  }
}

/**
 * Execution ARN or Batch job id in a message. `undefined` if there is none; the report then rejects
 * the message with a reason.
 */
function toRun(body: string): string | undefined {
  try {
    const event: unknown = JSON.parse(body);
    const detail = isRecord(event) ? event['detail'] : undefined;
    const run = isRecord(detail) ? (detail['executionArn'] ?? detail['jobId']) : undefined;
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
