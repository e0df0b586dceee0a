import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { findTemplateField } from '../lambda/routing/template-fields.ts';
import type { WorkloadEvent } from '../lambda/workload/workload.ts';

type WorkloadKind = WorkloadEvent['kind'];

/** Limits for cutting a template. */
export interface Fit {
  /** Maximum length of the whole text, in characters. */
  readonly max: number;
  /** Minimum length of a cut field, in characters. @default 1 */
  readonly toLeast?: (field: string) => number;
}

/**
 * Cuts the longest fields evenly until the longest text fits. Returns `undefined` if no cut is
 * enough.
 */
export function fitTemplate(
  template: Template,
  kind: WorkloadKind | undefined,
  { max, toLeast = () => 1 }: Fit,
): Template | undefined {
  for (let cut = max; cut > 0; cut -= 1) {
    const fitted = template.map((piece) =>
      typeof piece === 'string' ? piece : shorten(piece, kind, Math.max(cut, toLeast(piece.field))),
    );
    if (toLongestLength(fitted, kind) <= max) return fitted;
  }
  return undefined;
}

function shorten(piece: Placeholder, kind: WorkloadKind | undefined, max: number): Placeholder {
  return piece.day !== undefined || toLongestField(piece, kind) <= max ? piece : { ...piece, max };
}

/**
 * Length of the longest text that a template can produce, in characters. Infinity for an output
 * field without a limit.
 */
export function toLongestLength(template: Template, kind: WorkloadKind | undefined): number {
  return template
    .map((piece) =>
      typeof piece === 'string'
        ? piece.length
        : Math.max(toLongestField(piece, kind), piece.otherwise?.length ?? 0),
    )
    .reduce((total, length) => total + length, 0);
}

function toLongestField({ field, day, max }: Placeholder, kind: WorkloadKind | undefined): number {
  if (day !== undefined) return day.format.length;
  const { longest } = (kind && findTemplateField(field)?.[kind]) ?? {};
  return Math.min(longest ?? Number.POSITIVE_INFINITY, max ?? Number.POSITIVE_INFINITY);
}
