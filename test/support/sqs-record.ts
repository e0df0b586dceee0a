import type { SQSRecord } from 'aws-lambda';

/** Builds an SQS record as Lambda delivers it. Only id, body and receive count vary. */
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
