import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Alongside, alone } from '../delivery/read-groups.ts';
import type { QueueMessage, ReportResult } from '../delivery/report-result.ts';
import type { QueueVerdict } from '../telemetry/report-telemetry.ts';

export interface BatchDeps {
  readonly report: (message: QueueMessage, signal: AbortSignal) => Promise<ReportResult>;
  readonly account: (messageId: string, report: ReportResult) => QueueVerdict;
  /** Told of a failure nobody foresaw; the message goes back to the queue. */
  readonly onUnexpected: (messageId: string, error: unknown) => void;
  /** Opens a group whose members share their reads of variables. @default - each reads for itself */
  readonly newReadGroup?: () => Alongside;
}

/**
 * Binds the work on one batch of the queue: every message that is not finished goes back, the others do not.
 *
 * Messages of one run are handled one after another, in the order of the batch; runs side by side.
 */
export function createBatch({
  report,
  account,
  onUnexpected,
  newReadGroup = () => alone,
}: BatchDeps) {
  return async function handleBatch(
    event: SQSEvent,
    signal: AbortSignal,
  ): Promise<SQSBatchResponse> {
    const again = new Set<string>();
    const groups = Map.groupBy(event.Records, ({ body, messageId }) => toRun(body) ?? messageId);
    const alongside = newReadGroup();
    await Promise.all(
      [...groups.values()].map((records) =>
        alongside(async () => {
          for (const record of records) {
            if ((await work(record, signal)) === 'again') again.add(record.messageId);
          }
        }),
      ),
    );
    return {
      batchItemFailures: event.Records.filter(({ messageId }) => again.has(messageId)).map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    };
  };

  async function work(record: SQSRecord, signal: AbortSignal): Promise<QueueVerdict> {
    const { messageId, body } = record;
    try {
      return account(messageId, await report({ messageId, body }, signal));
    } catch (error) {
      onUnexpected(messageId, error);
      return 'again';
    }
  }
}

/** The execution ARN or Batch job id in a message; `undefined` where there is none: the report says what is wrong with it. */
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
