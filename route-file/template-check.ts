import { NameError } from '../autosys/errors.ts';
import {
  nameRules,
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../autosys/names.ts';
import type { Problem } from '../autosys/source.ts';
import {
  type Placeholder,
  type Template,
  templateFields,
  toDataOf,
} from '../lambda/routing/template.ts';
import { findTemplateField, type TemplateField } from '../lambda/routing/template-fields.ts';
import type { TemplateReading } from '../lambda/routing/template-text.ts';
import type { WorkloadEvent, WorkloadStatus } from '../lambda/workload/workload.ts';
import { fitTemplate, toLongestLength } from './template-fit.ts';
import { printTemplate } from './template-print.ts';

type WorkloadKind = WorkloadEvent['kind'];

/** Rules for the text of a filled template. */
export interface TemplateTarget {
  readonly rule: {
    readonly what: string;
    readonly pattern: RegExp;
    readonly max: number;
    readonly allowed: string;
  };
  /** Parses the text at run time. @throws {NameError} */
  readonly parse: (text: string) => unknown;
  /**
   * True if output fields must have a limit too. A value that is too long prevents one effect; a
   * name that is too long would prevent the effects of every run with a longer name.
   */
  readonly isName: boolean;
}

/** Rules for each use of a template. */
export const templateTargets = {
  job: { rule: nameRules.job, parse: parseJobName, isName: true },
  globalVariable: { rule: nameRules.globalVariable, parse: parseGlobalName, isName: true },
  value: { rule: nameRules.globalValue, parse: parseGlobalValue, isName: false },
  comment: { rule: nameRules.comment, parse: parseComment, isName: false },
  /**
   * No documented length was found; the limit is that of a comment, as sendevent accepts elsewhere
   * (inferred).
   */
  response: {
    rule: { ...nameRules.comment, what: 'response' },
    parse: parseComment,
    isName: false,
  },
} as const satisfies Readonly<Record<string, TemplateTarget>>;

/**
 * Finds faults of a template that would appear at run time: fields that this kind of workload does
 * not have or may lack, characters that AutoSys rejects, texts that are or may become too long.
 *
 * @param kind kind of the workload that the route matches; `undefined` if unknown, so that fields
 * are not checked
 * @param toFitting returns a name that fits, for the message; returns `undefined` if there is none
 * @returns problems with offsets in the text of the template
 */
export function checkTemplate(
  { template, spans }: TemplateReading,
  kind: WorkloadKind | undefined,
  target: TemplateTarget,
  toFitting = (name: Template) => fitTemplate(name, kind, target.rule),
): readonly Problem[] {
  const whole = { start: spans[0]?.start ?? 0, end: spans.at(-1)?.end ?? 0 };
  const problems = template.flatMap((piece, at) => {
    const message =
      typeof piece === 'string'
        ? checkCharacters(piece, template, target)
        : (checkPresence(piece, kind) ?? checkCharacters(piece.otherwise ?? '', template, target));
    return message === undefined ? [] : [{ ...(spans[at] ?? whole), message }];
  });
  if (problems.length > 0) return problems;
  const message = isLiteral(template)
    ? checkLiteral(template.join(''), target)
    : checkLength(template, kind, target, toFitting);
  return message === undefined ? [] : [{ ...whole, message }];
}

/**
 * Finds output fields in a text that is used on a status without output: only a SUCCEEDED execution
 * has output.
 *
 * A fallback is valid if the text is also used on SUCCEEDED. Without SUCCEEDED, only the fallback
 * would ever be used, so the field is a fault.
 *
 * @param on the statuses on which the text is used
 */
export function checkOutputs(
  { template, spans }: TemplateReading,
  on: readonly WorkloadStatus[],
): readonly Problem[] {
  const without = on.filter((status) => status !== 'SUCCEEDED');
  if (without.length === 0) return [];
  return template.flatMap((piece, at) => {
    const span = spans[at];
    if (typeof piece === 'string' || span === undefined || toDataOf(piece.field) !== 'output')
      return [];
    if (piece.otherwise !== undefined && without.length < on.length) return [];
    const advice =
      without.length < on.length
        ? `give a fallback, as in \${${piece.field}|none}, or a text of its own for these`
        : 'write another text';
    const message = `${piece.field}: only SUCCEEDED has an output, found it on ${without.join(', ')}; ${advice}`;
    return [{ ...span, message }];
  });
}

function isLiteral(template: Template): template is readonly string[] {
  return template.every((piece) => typeof piece === 'string');
}

function checkPresence(
  { field: name, max, otherwise }: Placeholder,
  kind: WorkloadKind | undefined,
): string | undefined {
  if (kind === undefined) return undefined;
  // Whether the data contain the path is known at run time only. Without it, this one effect is
  // invalid.
  const data = toDataOf(name);
  if (data !== undefined) return kind === 'execution' ? undefined : refuseData(data);
  const reading = findTemplateField(name)?.[kind];
  if (reading === undefined) return refuseField(name, kind);
  const cut = reading.longest === undefined && max === undefined;
  const fallback = reading.mayBeAbsent === true && otherwise === undefined;
  if (!cut && !fallback) return undefined;
  const faults = [...(cut ? ['of any length'] : []), ...(fallback ? ['absent'] : [])];
  const remedy = `\${${name}${max === undefined ? (cut ? ':80' : '') : `:${max}`}|${otherwise ?? 'none'}}`;
  return `${name} may be ${faults.join(' or ')}; write it as ${remedy}`;
}

function refuseData(data: 'input' | 'output'): string {
  const advice = '; its parameters are not read, because they may hold secrets';
  return `a Batch job has no ${data}${data === 'input' ? advice : ''}`;
}

function refuseField(name: string, kind: WorkloadKind): string {
  const fields = Object.entries<TemplateField>(templateFields);
  const allowed = fields.filter(([, field]) => field[kind] !== undefined).map(([field]) => field);
  const owner = kind === 'execution' ? 'an execution' : 'a Batch job';
  return `${owner} has no ${name}; allowed: ${allowed.join(', ')}`;
}

/**
 * Checks texts beside fields. A text without fields is parsed instead, which gives a better
 * message.
 */
function checkCharacters(text: string, template: Template, target: TemplateTarget) {
  const { what, allowed, pattern } = target.rule;
  if (text === '' || isLiteral(template) || pattern.test(text)) return undefined;
  return `${what}: found ${JSON.stringify(text)}, allowed: ${allowed}`;
}

function checkLiteral(text: string, { rule, parse }: TemplateTarget): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof NameError) {
      return `${rule.what}: found ${error.found}, allowed: ${error.allowed}`;
    }
    throw error;
  }
}

function checkLength(
  template: Template,
  kind: WorkloadKind | undefined,
  { rule, isName }: TemplateTarget,
  toFitting: (name: Template) => Template | undefined,
): string | undefined {
  const { what, max } = rule;
  const least = toLongestLength(
    template.filter((piece) => typeof piece === 'string'),
    kind,
  );
  if (least > max)
    return `${what}: found ${least} characters and fields, allowed: at most ${max} characters`;
  const most = toLongestLength(template, kind);
  const isEndless = most === Number.POSITIVE_INFINITY;
  if (most <= max || (isEndless && (!isName || kind === undefined))) return undefined;
  const found = isEndless ? 'any length' : `${most} characters`;
  const advice = isName ? adviseName(toFitting(template)) : adviseText(template, kind);
  return `${what}: can have ${found}, allowed: at most ${max}; ${advice}`;
}

function adviseName(fitting: Template | undefined): string {
  return fitting === undefined
    ? 'shorten its text, use fewer fields, or match one workload'
    : `cut its fields, as in ${printTemplate(fitting)}`;
}

function adviseText(template: Template, kind: WorkloadKind | undefined): string {
  const [field = ''] = template
    .filter((piece) => typeof piece !== 'string')
    .toSorted((one, other) => toLongestLength([other], kind) - toLongestLength([one], kind))
    .map((piece) => piece.field);
  return `cut the longest field, as in \${${field}:20}`;
}
