import { rejectUse } from './reject-use.ts';

/** Stub of `@smithy/core/event-streams`: no client of the bridge opens an event stream. */
const moduleName = '@smithy/core/event-streams';

/** A client with an operation for event streams calls it when it is created. */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}

/** The default setting of such a client. */
export const eventStreamSerdeProvider = (): undefined => undefined;

/** Would be created for the first message of a stream. */
export class EventStreamSerde {
  constructor() {
    rejectUse(moduleName);
  }
}
