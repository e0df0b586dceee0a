import { ledgerTable } from '../../contract.ts';
import { type ItemIndex, toNumber } from './dynamo-item.ts';

const { key, revision, expiresAt, hour } = ledgerTable.attributes;

/** Range of one partition of an index, up to an instant, or all of it with the newest first. */
export function toIndexRange(
  { by: attribute, at }: ItemIndex,
  by: string,
  until: Date | undefined,
) {
  if (until === undefined) {
    return {
      KeyConditionExpression: '#by = :by',
      ExpressionAttributeNames: { '#by': attribute },
      ExpressionAttributeValues: { ':by': { S: by } },
      ScanIndexForward: false,
    };
  }
  return {
    KeyConditionExpression: '#by = :by AND #at <= :until',
    ExpressionAttributeNames: { '#by': attribute, '#at': at },
    ExpressionAttributeValues: { ':by': { S: by }, ':until': toNumber(until.getTime()) },
  };
}

/**
 * True if there is no row, or an expired one that DynamoDB has not deleted yet. For a row without
 * expiry the comparison is false.
 */
export function isAbsentAt(instant: Date) {
  return {
    ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt <= :now',
    ExpressionAttributeNames: { '#key': key, '#expiresAt': expiresAt },
    ExpressionAttributeValues: { ':now': toNumber(Math.floor(instant.getTime() / 1000)) },
  };
}

/** True if the stored row has the revision that was read. */
export function hasRevision(seen: number) {
  return {
    ConditionExpression: '#revision = :seen',
    ExpressionAttributeNames: { '#revision': revision },
    ExpressionAttributeValues: { ':seen': toNumber(seen) },
  };
}

/** All entries of one partition of the hour index. */
export function ofHour(partition: string) {
  return {
    IndexName: ledgerTable.hourIndex,
    KeyConditionExpression: '#hour = :hour',
    ExpressionAttributeNames: { '#hour': hour },
    ExpressionAttributeValues: { ':hour': { S: partition } },
  };
}
