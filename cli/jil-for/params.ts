import { nameRules } from '../../autosys/names.ts';
import { type LaunchTarget, toParamPattern } from '../../lambda/routing/targets.ts';
import { shortenWord } from './base-name.ts';

/** How the command of a job gives one parameter of its target. */
export interface ParamPlan {
  readonly name: string;
  readonly pattern: string;
  /** In the command: a literal value, or text with `$$NAME`. */
  readonly value: string;
  /** A global variable of its own, which a person sets. Absent for a value of `--param`. */
  readonly globalVariable?: string;
}

/** What parameters are planned with. */
export interface ParamContext {
  /** Base name of the jobs. */
  readonly base: string;
  /** `--param` by name. */
  readonly given: ReadonlyMap<string, string>;
  readonly faults: string[];
}

/**
 * A parameter has the value of `--param`, or that of a global variable of its own, which AutoSys
 * substitutes when the job starts (documented).
 */
export function planParams(
  { name: target, params }: Pick<LaunchTarget, 'name' | 'params'>,
  { base, given, faults }: ParamContext,
): readonly ParamPlan[] {
  const names = Object.keys(params);
  return Object.entries(params).map(([name, pattern]) => {
    const value = given.get(name);
    if (value !== undefined) {
      const fault = findValueFault(value, pattern);
      if (fault !== undefined) faults.push(`--param ${name} of target ${target}: ${fault}`);
      return { name, pattern, value };
    }
    const alike = names.filter((one) => one.toUpperCase() === name.toUpperCase());
    const word = alike.length > 1 ? name : name.toUpperCase();
    const globalVariable = `${base.replaceAll(/[^A-Za-z0-9_]/g, '_')}_${word}`;
    faults.push(...findLongVariable(target, name, globalVariable));
    return { name, pattern, value: `$$${globalVariable}`, globalVariable };
  });
}

/** Characters that a name of a parameter may take before `--name` can no longer help. */
const maxWordLength = 40;

function findLongVariable(
  target: string,
  param: string,
  globalVariable: string,
): readonly string[] {
  const { max } = nameRules.globalVariable;
  if (globalVariable.length <= max || param.length <= maxWordLength) return [];
  const short = shortenWord(param.toUpperCase(), `${target}.${param}`, maxWordLength);
  return [
    `target ${target}: the variable ${globalVariable.slice(0, 40)}… of parameter ${param} has ${globalVariable.length} characters, allowed: ${max}; add --param '${param}=$$${short}'`,
  ];
}

/**
 * Text that means the same within double quotes of a shell and of JIL: printable ASCII without
 * quotes, backslashes and backquotes; dollar signs only as `$$NAME` and `$$(NAME)`.
 */
const plainValue = /^(?:[ !#%-[\]^_a-~]|\$\$\w+|\$\$\([\w.-]+\))*$/;

function findValueFault(value: string, pattern: string): string | undefined {
  const found = JSON.stringify(value.slice(0, 60));
  if (!plainValue.test(value)) {
    return `found ${found}, allowed: printable ASCII without double quotes, backslashes and backquotes; a dollar sign only as in $$NAME`;
  }
  if (value.includes('$$') || toParamPattern(pattern).test(value)) return undefined;
  return `found ${found}, which does not match its pattern ${pattern}`;
}
