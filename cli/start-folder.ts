import { dirname } from 'node:path';

/** Scripts of package.json that run the program, by their names. */
const scripts: readonly (string | undefined)[] = ['bridge', 'demo'];

/**
 * The folder in which a person started a script of package.json.
 *
 * Scripts start at the root of the repository. The package manager names the folder of the person in
 * `INIT_CWD`.
 *
 * @param folder current folder of the process
 * @returns `undefined` if no script has started this process: processes of a script inherit its
 *   environment
 */
export function findStartFolder(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): string | undefined {
  const { npm_lifecycle_event: script, npm_package_json: manifest, INIT_CWD: started } = env;
  if (!scripts.includes(script) || manifest === undefined) return undefined;
  return dirname(manifest) === folder && started !== folder ? started : undefined;
}
