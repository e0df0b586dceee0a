import { isRecord } from '../shape.ts';
import { StepFailure } from './step-context.ts';

/** What the paths of a payload template refer to. */
export interface TemplateSources {
  /** Of `$`. */
  readonly input: unknown;
  /** Of `$$`: the context object. */
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Fills in a payload template: a value whose key ends in `.$` is replaced by what its path finds.
 *
 * Paths are `$` or `$$` with names after dots. Intrinsic functions, indexes and filters are not
 * emulated.
 *
 * @throws {StepFailure} `States.ParameterPathFailure` for a path that finds nothing
 * @throws {Error} for a value that is no such path
 */
export function fillPayload(template: unknown, sources: TemplateSources): unknown {
  if (Array.isArray(template)) return template.map((one) => fillPayload(one, sources));
  if (!isRecord(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), findByPath(value, sources)]
        : [key, fillPayload(value, sources)],
    ),
  );
}

function findByPath(path: unknown, { input, context }: TemplateSources): unknown {
  const match = typeof path === 'string' ? /^(\$\$?)((?:\.[A-Za-z_]\w*)*)$/.exec(path) : null;
  if (!match) {
    const found = JSON.stringify(path);
    throw new Error(`payload template: found ${found}, allowed: a path such as $$.Execution.Id`);
  }
  const [, root, names = ''] = match;
  let value: unknown = root === '$$' ? context : input;
  for (const name of names.split('.').slice(1)) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) {
      const cause = `The JSONPath '${path}' could not be found in the ${root === '$$' ? 'context object' : 'input'}`;
      throw new StepFailure('States.ParameterPathFailure', cause);
    }
    value = value[name];
  }
  return value;
}
