/** A statement of an IAM policy as documents and templates have it. */
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

/** The actions of statements, each as the policy writes it. */
export function actionsOf(statements: readonly IamStatement[]): readonly string[] {
  return statements.flatMap(({ Action }) => Action);
}

/** Whether a pattern of IAM, in which `*` is any text, covers a text that may hold a `*` itself. */
export function covers(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** The statements that allow an action, wherever it is. */
export function allowing(
  statements: readonly IamStatement[],
  action: string,
): readonly IamStatement[] {
  return statements.filter(
    ({ Effect, Action }) =>
      Effect === 'Allow' && [Action].flat().some((pattern) => covers(pattern, action)),
  );
}

/** The resources of a statement that are written out. */
export function resourcesOf({ Resource }: IamStatement): readonly string[] {
  return [Resource].flat().filter((one) => typeof one === 'string');
}
