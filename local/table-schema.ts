import { type JsonObject, listAt, objectAt, TemplateError } from './template-error.ts';

/** The two resource types of a table. In a single Region they are equivalent. */
export const tableTypes = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'] as const;

/** Properties with the same name in CreateTable and CloudFormation, which dynalite supports. */
const supported: ReadonlySet<string> = new Set([
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
]);

/**
 * Properties without effect here: the name is passed separately, and local tables have no
 * throughput limit.
 */
const withoutEffect: ReadonlySet<string> = new Set([
  'BillingMode',
  'ProvisionedThroughput',
  'TableName',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
]);

/** The properties of an index that dynalite supports. */
const indexProperties: ReadonlySet<string> = new Set(['IndexName', 'KeySchema', 'Projection']);

/** A table as dynalite creates it, and the settings that dynalite does not support. */
export interface TableSchema {
  readonly schema: JsonObject;
  /** Such as `TimeToLiveSpecification`. */
  readonly without: readonly string[];
}

/**
 * Reads the properties of a table. Intrinsic functions must be resolved already.
 *
 * @throws {TemplateError} for a global table with a replica in another Region, which is not
 * emulated
 */
export function readTableSchema(id: string, properties: JsonObject): TableSchema {
  const { Replicas, ...own } = properties;
  const replicas = listAt(Replicas, `${id}, Replicas`);
  if (replicas.length > 1) {
    const found = `${replicas.length} replicas`;
    throw new TemplateError(`${id}, Replicas`, { found, allowed: 'a table in one Region' });
  }
  // A global table has some of its settings per Region.
  const { Region, ...ofReplica } = objectAt(replicas[0], `${id}, Replicas`);
  const settings = { ...own, ...ofReplica };
  const names = Object.keys(settings).sort();
  const entries = names
    .filter((name) => supported.has(name))
    .map((name) => [name, toSupported(`${id}, ${name}`, name, settings)] as const);
  return {
    schema: Object.fromEntries(entries),
    without: names.filter((name) => !supported.has(name) && !withoutEffect.has(name)),
  };
}

function toSupported(where: string, name: string, settings: JsonObject): unknown {
  const list = listAt(settings[name], where);
  return name.endsWith('Indexes') ? list.map((index) => toIndex(where, index)) : list;
}

function toIndex(where: string, index: unknown): JsonObject {
  const entries = Object.entries(objectAt(index, where));
  return Object.fromEntries(entries.filter(([name]) => indexProperties.has(name)));
}
