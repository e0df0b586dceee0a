import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readItem } from '../../lambda/ledger/store/dynamo-item.ts';
import type { LedgerTrip } from '../launch/counted-table.ts';

/** Records the trips of every DynamoDB client of this process. */
export interface TripRecorder {
  /** Runs work. @returns its trips to the ledger, in order */
  readonly during: (work: () => Promise<unknown>) => Promise<readonly LedgerTrip[]>;
}

/**
 * Creates the recorder. The measured handler creates its client itself, so the `send` of all clients is
 * replaced; it records and sends.
 */
export function createTripRecorder(): TripRecorder {
  let inputs: object[] | undefined;
  const { send } = DynamoDBClient.prototype;
  Object.defineProperty(DynamoDBClient.prototype, 'send', {
    value: function recordAndSend(this: DynamoDBClient, ...given: Parameters<typeof send>) {
      inputs?.push(given[0].input);
      return send.apply(this, given);
    },
  });
  return {
    during: async (work) => {
      const recorded: object[] = [];
      inputs = recorded;
      try {
        await work();
      } finally {
        inputs = undefined;
      }
      return recorded.map(toTrip);
    },
  };
}

/** A trip of GetItem or PutItem; the request function makes no other. */
function toTrip(input: object): LedgerTrip {
  if ('Key' in input) {
    const { key } = input.Key as { readonly key: { readonly S: string } };
    return { of: 'get', key: key.S };
  }
  const row = 'Item' in input ? readItem(input.Item) : 'no item';
  if (typeof row === 'string')
    throw new Error(`a trip to the ledger: expected a row, found ${row}`);
  const { revision: _, ...written } = row;
  const values = 'ExpressionAttributeValues' in input ? input.ExpressionAttributeValues : {};
  const { ':seen': seen } = values as { readonly ':seen'?: { readonly N: string } };
  return { of: 'put', row: written, seen: seen && Number(seen.N) };
}
