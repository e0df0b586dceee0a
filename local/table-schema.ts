import { type JsonObject, listAt, objectAt, TemplateError } from './template-error.ts';

/** The two types of a table; in one Region they are the same. */
export const tableTypes = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'] as const;

/** What CreateTable and CloudFormation call alike, and dynalite can make. */
const made: ReadonlySet<string> = new Set([
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
]);

/** What changes nothing here: the name is known, and no table here has a limit of throughput. */
const meaningless: ReadonlySet<string> = new Set([
  'BillingMode',
  'ProvisionedThroughput',
  'TableName',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
]);

/** Of an index, what dynalite takes. */
const ofIndex: ReadonlySet<string> = new Set(['IndexName', 'KeySchema', 'Projection']);

/** A table as dynalite makes it, and the settings that it does without. */
export interface TableSchema {
  readonly schema: JsonObject;
  /** Such as `TimeToLiveSpecification`. */
  readonly without: readonly string[];
}

/**
 * Reads the properties of a table, every intrinsic function worked out.
 *
 * @throws {TemplateError} for a global table with a replica elsewhere, which one machine cannot be
 */
export function readTableSchema(id: string, properties: JsonObject): TableSchema {
  const { Replicas, ...own } = properties;
  const replicas = listAt(Replicas, `${id}, Replicas`);
  if (replicas.length > 1) {
    const found = `${replicas.length} replicas`;
    throw new TemplateError(`${id}, Replicas`, { found, allowed: 'a table in one Region' });
  }
  // A global table says some of its settings by Region.
  const { Region, ...ofReplica } = objectAt(replicas[0], `${id}, Replicas`);
  const settings = { ...own, ...ofReplica };
  const names = Object.keys(settings).sort();
  const entries = names
    .filter((name) => made.has(name))
    .map((name) => [name, toMade(`${id}, ${name}`, name, settings)] as const);
  return {
    schema: Object.fromEntries(entries),
    without: names.filter((name) => !made.has(name) && !meaningless.has(name)),
  };
}

function toMade(where: string, name: string, settings: JsonObject): unknown {
  const list = listAt(settings[name], where);
  return name.endsWith('Indexes') ? list.map((index) => toIndex(where, index)) : list;
}

function toIndex(where: string, index: unknown): JsonObject {
  const entries = Object.entries(objectAt(index, where));
  return Object.fromEntries(entries.filter(([name]) => ofIndex.has(name)));
}
