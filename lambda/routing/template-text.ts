import type { Problem, Span } from '../../autosys/source.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import { readDateText } from './read-date-text.ts';
import { type Placeholder, type Template, templateFields, toDataOf } from './template.ts';

/** Result of parsing a template text: the valid pieces, their positions, and all problems. */
export interface TemplateReading {
  readonly template: Template;
  /** Offsets into the text, one span for each piece of the template. */
  readonly spans: readonly Span[];
  readonly problems: readonly Problem[];
}

/** Maximum of a maximum length. It is longer than any AutoSys name or value. */
const longestCut = 999;

/**
 * Parses the text of a template.
 *
 * - `${field}` is a field of the AWS event
 * - `${field:80}` is at most 80 characters of it
 * - `${field|text}` is the fallback text if the event has no such field
 * - `${field:80|text}` is both
 * - `${date:Europe/Zurich:yyyyMMdd:18:00}` is the day on which the run began, in a timezone
 * - `$$` is a literal `$`, and so is a `$` that is not followed by `{`
 */
export function readTemplate(text: string): TemplateReading {
  const pieces: (Span & { readonly piece: string | Placeholder })[] = [];
  const problems: Problem[] = [];
  let literal = { text: '', start: 0 };
  const flush = (end: number, next: number) => {
    if (literal.text !== '') pieces.push({ piece: literal.text, start: literal.start, end });
    literal = { text: '', start: next };
  };
  // A pair `$$`, a placeholder, a placeholder without its end, text without `$`, or a single `$`.
  for (const match of text.matchAll(/\$\$|\$\{(?:(?!\$\{)[^}])*\}?|[^$]+|\$/gs)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (!match[0].startsWith('${')) {
      literal.text += match[0] === '$$' ? '$' : match[0];
      continue;
    }
    flush(span.start, span.end);
    const read = readPlaceholder(match[0]);
    if (typeof read === 'string') problems.push({ ...span, message: read });
    else pieces.push({ piece: read, ...span });
  }
  flush(text.length, text.length);
  return {
    template: pieces.map(({ piece }) => piece),
    spans: pieces.map(({ start, end }) => ({ start, end })),
    problems,
  };
}

/** The placeholder, or the problem with it. */
function readPlaceholder(written: string): Placeholder | string {
  if (!written.endsWith('}')) {
    return `${written} is not closed; end it with }, or write $$ for a literal $`;
  }
  const [head = '', ...fallback] = written.slice(2, -1).split('|');
  const [field = '', ...cuts] = head.split(':');
  if (field === 'date' && cuts.length > 0 && !/^\d*$/.test(cuts[0] ?? '')) {
    const day = readDateText(cuts);
    return typeof day === 'string' ? day : { field, day };
  }
  const problem = checkField(field) ?? checkCut(field, cuts);
  if (problem !== undefined) return problem;
  return {
    field,
    ...(cuts.length > 0 && { max: Number(cuts[0]) }),
    ...(fallback.length > 0 && { otherwise: fallback.join('|') }),
  };
}

function checkField(field: string): string | undefined {
  if (Object.hasOwn(templateFields, field)) return undefined;
  const data = toDataOf(field) ?? (field === 'output' || field === 'input' ? field : undefined);
  if (data !== undefined) {
    return /^\w+(?:\.[\w-]+|\[\d+\])+$/.test(field)
      ? undefined
      : `invalid ${data} path "${field}"; write it as \${${data}.total} or \${${data}.files[0].name}`;
  }
  const known = Object.keys(templateFields);
  return `unknown field "${field}"${didYouMean(field, known)}; allowed: ${known.join(', ')}, output.<path>, input.<path>`;
}

function checkCut(field: string, cuts: readonly string[]): string | undefined {
  if (cuts.length === 0) return undefined;
  const cut = cuts.join(':');
  if (/^\d{1,3}$/.test(cut) && Number(cut) > 0) return undefined;
  return `invalid maximum length "${cut}"; allowed: a whole number from 1 to ${longestCut}, as in \${${field}:80}`;
}
