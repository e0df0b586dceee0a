/**
 * The shape of the body of a reply, regardless of its content type.
 *
 * `page` is markup of any kind. `unreadable` is a body that is incomplete, too long, or cannot be
 * decoded.
 */
export type ReplyShape = 'empty' | 'json' | 'text' | 'page' | 'unreadable';

/** Reads the shape of a body, and its value if it is JSON. */
export function readShape(body: string): { readonly shape: ReplyShape; readonly json: unknown } {
  const text = body.replace(/^\uFEFF/, '').trim();
  if (text === '') return { shape: 'empty', json: undefined };
  if (/^<[a-z!?]/i.test(text)) return { shape: 'page', json: undefined };
  if (/^[{[]/.test(text)) {
    try {
      return { shape: 'json', json: JSON.parse(text) };
    } catch {
      return { shape: 'text', json: undefined };
    }
  }
  return { shape: 'text', json: undefined };
}
