/** A statement of an IAM policy in a document or template. */
export interface IamStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface IamPolicy {
  readonly Version: string;
  readonly Statement: readonly IamStatement[];
}

/** Returns the actions of statements as written. */
export function actionsOf(statements: readonly IamStatement[]): readonly string[] {
  return statements.flatMap(({ Action }) => Action);
}

/**
 * True when an IAM pattern, in which `*` is any text, covers a text that may itself contain `*`.
 */
export function covers(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** Returns the statements that allow an action. */
export function allowing(
  statements: readonly IamStatement[],
  action: string,
): readonly IamStatement[] {
  return statements.filter(
    ({ Effect, Action }) =>
      Effect === 'Allow' && [Action].flat().some((pattern) => covers(pattern, action)),
  );
}

/** Returns the resources of a statement that are strings. */
export function resourcesOf({ Resource }: IamStatement): readonly string[] {
  return [Resource].flat().filter((one) => typeof one === 'string');
}
