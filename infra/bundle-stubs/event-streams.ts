import { rejectUse } from './reject-use.ts';

/**
 * Stub of the event streams of the SDK. The client of CloudWatch Logs sets them up when it is
 * created, for Live Tail, which the bridge never calls.
 */
const rejectEventStream = () => rejectUse('@smithy/core/event-streams');

/** The original adds the marshaller to the settings of the client. */
export function resolveEventStreamSerdeConfig<Settings>(settings: Settings): Settings {
  return settings;
}

/** The original creates the marshaller. */
export const eventStreamSerdeProvider = rejectEventStream;

/** The SDK creates one for a request or an answer that is a stream. */
export class EventStreamSerde {
  constructor() {
    rejectEventStream();
  }
}
