import { codeOf, markupLines, splitOutputLines } from './code-line.ts';
import type { ReplyShape } from './reply-shape.ts';

/**
 * The sender of a reply, as far as the reply shows it.
 *
 * - `aews`: JSON, or a line that begins with a `CAUAJM` code, also in a page of Tomcat
 * - `html`: a page of the web server or of a proxy, by its media type or its body
 * - `empty`: no body; AEWS answers an EEM denial like this (403, documented), but others may too
 * - `other`: any other text, and a body that cannot be read
 */
export type ReplyOrigin = 'aews' | 'html' | 'empty' | 'other';

/** The parts of a reply that show its sender. */
export interface ReplyParts {
  readonly shape: ReplyShape;
  readonly body: string;
  /** `Content-Type` as sent. */
  readonly contentType: string | undefined;
}

/** Determines the sender of a reply. */
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

/** Whether a body is a JSON string or number. Only the media type shows that it is JSON. */
function isJson(body: string, contentType: string): boolean {
  if (!/^\s*application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return false;
  try {
    JSON.parse(body.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

/** Whether a body is an XML document whose root is not `html`. */
function isOtherXml(body: string): boolean {
  const text = body
    .replace(/^\uFEFF/, '')
    .trimStart()
    .slice(0, 4_096);
  if (!/^<\?xml\b/i.test(text)) return false;
  const root = /<(?:\w+:)?([a-z][\w-]*)/i.exec(text)?.[1] ?? '';
  return root.toLowerCase() !== 'html' && !/<!doctype\s+html\b/i.test(text);
}
