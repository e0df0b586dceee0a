/** A field of the AWS event in a template: `${cause:80|none}`. */
export interface Placeholder {
  /** A name of `templateFields`, or `output.` and a path into the execution's output. */
  readonly field: string;
  /** At most so many characters are taken. */
  readonly max?: number;
  /** Stands in where the event has no such field. */
  readonly otherwise?: string;
}

/** A text of the route file, read: literal pieces and placeholders in order. */
export type Template = readonly (string | Placeholder)[];
