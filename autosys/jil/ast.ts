import type { Problem, Source, Span } from '../source.ts';

/** The subcommands of jil (AutoSys 11.3.6 and 12.1 reference, documented). */
export const subcommands = [
  'insert_job',
  'update_job',
  'delete_job',
  'override_job',
  'rename_job',
  'delete_box',
  'insert_blob',
  'delete_blob',
  'insert_glob',
  'delete_glob',
  'insert_job_type',
  'update_job_type',
  'delete_job_type',
  'insert_machine',
  'update_machine',
  'delete_machine',
  'insert_monbro',
  'update_monbro',
  'delete_monbro',
  'insert_resource',
  'update_resource',
  'delete_resource',
  'insert_xinst',
  'update_xinst',
  'delete_xinst',
  'insert_connectionprofile',
  'update_connectionprofile',
  'delete_connectionprofile',
] as const;

/** The word that opens a statement. */
export type Subcommand = (typeof subcommands)[number];

/** `name: value` under a statement; the value as it means, quotes and escapes resolved. */
export interface Attribute extends Span {
  /** In JIL's lower-case spelling, such as `box_name`. */
  readonly name: string;
  readonly value: string;
  /** Where the value stands. */
  readonly valueSpan: Span;
}

/** One subcommand with what belongs to it. */
export interface Statement extends Span {
  readonly subcommand: Subcommand;
  /** The object of the subcommand, as written: a job's name, a machine's. */
  readonly object: string;
  readonly objectSpan: Span;
  readonly attributes: readonly Attribute[];
}

/** A whole JIL text as read: its statements, and the attributes nobody here knows. */
export interface JilScript {
  readonly source: Source;
  readonly statements: readonly Statement[];
  /** Unknown attributes: kept in their statement, and pointed at here. */
  readonly warnings: readonly Problem[];
}
