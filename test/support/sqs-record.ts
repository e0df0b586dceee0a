import type { SQSRecord } from 'aws-lambda';

/** A message as Lambda hands it out of a queue; only its id, its text and how often it was handed out tell it from another. */
export function anSqsRecord({
  messageId,
  body,
  receives = 1,
}: {
  readonly messageId: string;
  readonly body: string;
  readonly receives?: number;
}): SQSRecord {
  return {
    messageId,
    receiptHandle: '',
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'eu-west-1',
  };
}
