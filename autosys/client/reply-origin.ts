import { codeOf, markupLines, splitOutputLines } from './code-line.ts';
import type { ReplyShape } from './reply-shape.ts';

/**
 * Who an answer shows as its sender.
 *
 * - `aews`: JSON, or a line that begins with a `CAUAJM` code, in a page of Tomcat's too
 * - `html`: a page of the web server or of a proxy, by its media type or by its body
 * - `empty`: no body; AEWS answers an EEM denial so (403, documented), and others answer so too
 * - `other`: any other text, and a body that cannot be read
 */
export type ReplyOrigin = 'aews' | 'html' | 'empty' | 'other';

/** What the sender is judged by. */
export interface ReplyParts {
  readonly shape: ReplyShape;
  readonly body: string;
  /** `Content-Type` as sent. */
  readonly contentType: string | undefined;
}

/** Judges who sent an answer; pure. */
export function toOrigin({ shape, body, contentType = '' }: ReplyParts): ReplyOrigin {
  const isHtmlType = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType);
  if (shape === 'unreadable') return isHtmlType ? 'html' : 'other';
  if (shape === 'empty') return 'empty';
  if (shape === 'json' || isJson(body, contentType)) return 'aews';
  const isMarkup = shape === 'page' || isHtmlType;
  const lines = isMarkup ? markupLines(body) : splitOutputLines(body);
  if (lines.some((line) => codeOf(line) !== undefined)) return 'aews';
  return isHtmlType || (shape === 'page' && !isOtherXml(body)) ? 'html' : 'other';
}

/** A text or a number as JSON, which the media type alone shows to be JSON. */
function isJson(body: string, contentType: string): boolean {
  if (!/^\s*application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return false;
  try {
    JSON.parse(body.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

/** An XML document whose root is not `html`. */
function isOtherXml(body: string): boolean {
  const text = body
    .replace(/^\uFEFF/, '')
    .trimStart()
    .slice(0, 4_096);
  if (!/^<\?xml\b/i.test(text)) return false;
  const root = /<(?:\w+:)?([a-z][\w-]*)/i.exec(text)?.[1] ?? '';
  return root.toLowerCase() !== 'html' && !/<!doctype\s+html\b/i.test(text);
}
