import type { Template } from '../lambda/routing/template.ts';

/** Formats a template as in the route file. */
export function printTemplate(template: Template): string {
  return template
    .map((piece) => {
      if (typeof piece === 'string') return piece.replaceAll('${', '$${');
      const { timezone, format, cutoff } = piece.day ?? {};
      const parts = [timezone, format, cutoff, piece.max].filter((one) => one !== undefined);
      const cut = parts.map((one) => `:${one}`).join('');
      const otherwise = piece.otherwise === undefined ? '' : `|${piece.otherwise}`;
      return `\${${piece.field}${cut}${otherwise}}`;
    })
    .join('');
}
