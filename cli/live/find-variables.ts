import { createMayBe, type ProducedVariable } from './produced-values.ts';

/** Finds the variables of the route file that may have a name in an instance. */
export type FindVariables = (instance: string, name: string) => readonly ProducedVariable[];

/**
 * Creates the search for variables: by the name itself, or by the template of the name. Templates are
 * found by the text before their first placeholder, because an instance may read 100,000 names.
 */
export function createFindVariables(variables: readonly ProducedVariable[]): FindVariables {
  const indexed = variables.map((variable) => {
    const { name } = variable;
    const isFixed = name.every((piece) => typeof piece === 'string');
    const prefix = typeof name[0] === 'string' ? name[0] : '';
    return { variable, isFixed, prefix, mayBe: createMayBe(name) };
  });
  const fixed = Map.groupBy(
    indexed.filter(({ isFixed }) => isFixed),
    ({ variable }) => variable.name.join(''),
  );
  const templates = Map.groupBy(
    indexed.filter(({ isFixed }) => !isFixed),
    ({ prefix }) => prefix,
  );
  const lengths = [...new Set([...templates.keys()].map((prefix) => prefix.length))];

  return function findVariables(instance, name) {
    const candidates = lengths.flatMap((length) => templates.get(name.slice(0, length)) ?? []);
    return [...(fixed.get(name) ?? []), ...candidates.filter(({ mayBe }) => mayBe(name))]
      .map(({ variable }) => variable)
      .filter(({ instances }) => instances.includes(instance));
  };
}
