/** A message as a consumer receives it. Instants are milliseconds since 1970. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receiveCount: number;
  /** The queue from which the message was moved; only in a dead-letter queue. */
  readonly deadLetterQueueSourceArn?: string;
}

/** A message in a queue, as shown without receiving it. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
}
