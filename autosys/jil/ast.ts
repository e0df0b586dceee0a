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

/** The keyword that begins a statement. */
export type Subcommand = (typeof subcommands)[number];

/** `name: value` of a statement. Quotes and escapes of the value are resolved. */
export interface Attribute extends Span {
  /** In lower case, such as `box_name`. */
  readonly name: string;
  readonly value: string;
  /** The position of the value. */
  readonly valueSpan: Span;
}

/** One subcommand with its object and its attributes. */
export interface Statement extends Span {
  readonly subcommand: Subcommand;
  /** The object of the subcommand as written, such as the name of a job or machine. */
  readonly object: string;
  readonly objectSpan: Span;
  readonly attributes: readonly Attribute[];
}

/** A parsed JIL text. */
export interface JilScript {
  readonly source: Source;
  readonly statements: readonly Statement[];
  /** Unknown or duplicate attributes and unescaped colons. The statements keep all attributes. */
  readonly warnings: readonly Problem[];
}
