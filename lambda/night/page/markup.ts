/** Text that is safe in HTML. Only {@link markup} makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Markup | string | number | undefined | readonly Content[];

/**
 * Characters that are not printed and that HTML does not allow, and those that control the direction of
 * text.
 */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes HTML from a template. Each value is escaped, except the results of other templates. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const text = parts.map((part, index) => part + toText(values[index])).join('');
  return new Markup(text);
}

function toText(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(toText).join('');
  return String(content)
    .replace(unprintable, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
