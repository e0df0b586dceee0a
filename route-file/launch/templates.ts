import { didYouMean } from '../../autosys/suggest.ts';
import {
  findLaunchPlaceholders,
  isLaunchField,
  type LaunchPlaceholder,
  launchFields,
} from '../../lambda/routing/targets.ts';
import type { Faults, Path } from '../faults.ts';
import { isMapping } from '../located.ts';
import type { LaunchText } from './input.ts';

/** Returns the templates outside the input of a target, also of one with faults. */
export function findLaunchTexts(
  { array, overrides, dependsOn }: Readonly<Record<string, unknown>>,
  path: Path,
): readonly LaunchText[] {
  const { command, environment } = isMapping(overrides) ? overrides : {};
  return [
    ...toTexts({ array }, path),
    ...toTexts(command, [...path, 'overrides', 'command']),
    ...toTexts(environment, [...path, 'overrides', 'environment']),
    ...toTexts(dependsOn, [...path, 'dependsOn']),
  ];
}

function toTexts(given: unknown, path: Path): readonly LaunchText[] {
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).flatMap(([key, text]) =>
    typeof text === 'string' ? [{ text, path: [...path, key] }] : [],
  );
}

/** Rejects fields that do not exist, parameters that are not declared, and open placeholders. */
export function checkLaunchTexts(
  texts: readonly LaunchText[],
  params: readonly string[],
  faults: Faults,
): void {
  for (const { text, path } of texts) {
    for (const placeholder of findLaunchPlaceholders(text)) {
      const message = findPlaceholderFault(placeholder, params);
      if (message === undefined) continue;
      const { start, written } = placeholder;
      faults.within(path, { start, end: start + written.length, message });
    }
  }
}

function findPlaceholderFault(
  { written, field }: LaunchPlaceholder,
  params: readonly string[],
): string | undefined {
  if (field === undefined) {
    return `${written} is not closed; end it with }, or write $$ for a literal $`;
  }
  if (isLaunchField(field, params)) return undefined;
  const known = [...launchFields, ...params.map((name) => `param.${name}`)];
  const name = JSON.stringify(field);
  if (/[:|]/.test(field)) {
    return `unknown field ${name}; fields of a target have no maximum length and no fallback; allowed: ${known.join(', ')}`;
  }
  const bare = field.replace(/^param\./, '');
  if (params.includes(bare)) {
    return `unknown field ${name}; did you mean param.${bare}?`;
  }
  return field.startsWith('param.')
    ? `undeclared parameter ${JSON.stringify(bare)}${didYouMean(bare, params)}; declare it in params of the target`
    : `unknown field ${name}${didYouMean(field, known)}; allowed: ${known.join(', ')}`;
}

/** Warns about parameters that no template uses. */
export function warnOfUnusedParams(
  params: readonly string[],
  texts: readonly LaunchText[],
  path: Path,
  warnings: Faults,
): void {
  const used = new Set(
    texts.flatMap(({ text }) => findLaunchPlaceholders(text).map(({ field }) => field)),
  );
  for (const name of params.filter((one) => !used.has(`param.${one}`))) {
    warnings.atKey(
      [...path, 'params', name],
      `params: no template of the target uses \${param.${name}}, so its value has no effect; use it, or remove it`,
    );
  }
}
