import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Verdict } from './account.ts';
import type { Message, Report } from './report.ts';

export interface BatchPowers {
  readonly report: (message: Message, signal: AbortSignal) => Promise<Report>;
  readonly account: (messageId: string, report: Report) => Verdict;
  /** Told of a failure nobody foresaw; the message goes back to the queue. */
  readonly onUnexpected: (messageId: string, error: unknown) => void;
}

/** Binds the work on one batch of the queue: every message that is not finished goes back, the others do not. */
export function createBatch({ report, account, onUnexpected }: BatchPowers) {
  return async (event: SQSEvent, signal: AbortSignal): Promise<SQSBatchResponse> => {
    const verdicts = await Promise.all(event.Records.map((record) => work(record, signal)));
    return {
      batchItemFailures: event.Records.filter((_, at) => verdicts[at] === 'again').map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    };
  };

  async function work(record: SQSRecord, signal: AbortSignal): Promise<Verdict> {
    const { messageId, body } = record;
    try {
      return account(messageId, await report({ messageId, body }, signal));
    } catch (error) {
      onUnexpected(messageId, error);
      return 'again';
    }
  }
}
