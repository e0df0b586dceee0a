import { codeOf, markupLines, splitOutputLines } from './code-line.ts';
import { type ReplyOrigin, toOrigin } from './reply-origin.ts';
import { type ReplyShape, readShape } from './reply-shape.ts';

/** A reply as received. */
export interface RawReply {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /**
   * The reason why the body cannot be read, as the end of a sentence. `body` is empty then.
   *
   * @default - it can be read
   */
  readonly unreadable?: string | undefined;
}

/** A parsed reply of any status and shape. */
export interface Reply {
  readonly httpStatus: number;
  readonly shape: ReplyShape;
  /** The sender, as far as the reply shows it. */
  readonly origin: ReplyOrigin;
  /** The body as received. Use it for data, never for messages, because it may contain secrets. */
  readonly text: string;
  /** The parsed body if `shape` is `json`. */
  readonly json: unknown;
  /** The message for people: one line of at most 300 characters, without markup and secrets. */
  readonly said: string;
  /** Output lines of `jil`, without secrets: all texts of a reply that has a `status` text. */
  readonly messages: readonly string[];
  readonly retryAfterMs: number | undefined;
  /** The time of the server, from the header `Date`. Absent if it sent none. */
  readonly date?: Date;
  /** Host and port of the target of a redirect. */
  readonly redirectsTo: string | undefined;
}

/** Maximum length of `said`, in characters. */
const saidLimit = 300;
/** Number of characters that are searched for a message, so that the search is always fast. */
const readLimit = 16_384;

/**
 * Reads a reply of any status: empty, JSON, a plain CAUAJM line, or a page of Tomcat.
 *
 * @param redact removes secrets from a text, because a page may repeat the request
 */
export function readReply(raw: RawReply, redact: (text: string) => string): Reply {
  const { body, unreadable } = raw;
  const { shape, json } =
    unreadable === undefined
      ? readShape(body)
      : ({ shape: 'unreadable', json: undefined } as const);
  const said =
    unreadable === undefined
      ? toSaid(shape, body, json, redact)
      : redact(`the body cannot be read: ${unreadable}`);
  return {
    httpStatus: raw.httpStatus,
    shape,
    origin: toOrigin({ shape, body, contentType: header(raw, 'content-type') }),
    text: body,
    json,
    said: toOneLine(said),
    messages: toMessages(shape, body, json).map(redact),
    ...readDateHeader(header(raw, 'date')),
    retryAfterMs: readRetryAfter(header(raw, 'retry-after'), header(raw, 'date')),
    redirectsTo: readRedirect(header(raw, 'location')),
  };
}

/** One line without control characters or markup, cut to 300 characters. */
export function toOneLine(text: string): string {
  const line = text
    .slice(0, readLimit)
    // Line ends, escape sequences of terminals, marks that change the writing direction.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it removes control characters
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069<>]+/g, ' ')
    .replace(/_{40,}/g, ' ') // the rulers of jil
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > saidLimit ? `${line.slice(0, saidLimit - 1)}…` : line;
}

/** The lines of a JSON field such as `stdOut`: a text or a list of texts. Otherwise empty. */
export function toLines(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : value.split(/\r?\n/);
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => (typeof item === 'string' ? item.split(/\r?\n/) : []));
}

/** The field of an object. The name is not case-sensitive. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function toSaid(
  shape: ReplyShape,
  text: string,
  json: unknown,
  redact: (text: string) => string,
): string {
  // Redacted before and after, because markup and escapes may be inside or around a secret.
  const source = redact(shape === 'json' ? sentenceOf(json) : text);
  const whole = redact(stripMarkup(source));
  const lines = shape === 'page' ? markupLines(source).map(stripMarkup) : splitOutputLines(whole);
  const complaints = lines.map(redact).filter((line) => /^CAUAJM_[EW]_/.test(codeOf(line) ?? ''));
  return complaints.find((line) => !summaryLine.test(line)) ?? complaints[0] ?? whole;
}

/** `Database Change WAS NOT successful` and `Exit Code = 1`. Another line contains the reason. */
const summaryLine = /CAUAJM_E_(?:10302|50198)\b/;

/** Fields with a message for people, the most likely first. */
const sentenceFields = ['stdErr', 'error', 'message', 'errorMessage', 'detail', 'description'];

function sentenceOf(json: unknown): string {
  for (const name of sentenceFields) {
    const lines = toLines(fieldOf(json, name)).filter((line) => line.trim() !== '');
    if (lines.length > 0) return lines.join('\n');
  }
  return leavesOf(json, 0).join('\n');
}

function toMessages(shape: ReplyShape, text: string, json: unknown): readonly string[] {
  if (shape === 'text') {
    const lines = splitOutputLines(text.trimEnd());
    return lines.some((line) => codeOf(line) !== undefined) ? lines : [];
  }
  if (shape !== 'json' || typeof fieldOf(json, 'status') !== 'string') return [];
  const others = Object.entries(Object(json)).filter(([name]) => name.toLowerCase() !== 'status');
  return others.flatMap(([, value]) => leavesOf(value, 1)).flatMap(toLines);
}

/**
 * All texts and numbers in a JSON value, so that messages in unknown fields are found.
 *
 * @param skips whether to skip the field of this name
 */
export function leavesOf(
  json: unknown,
  depth: number,
  skips = (_name: string) => false,
): readonly string[] {
  if (typeof json === 'string') return [json];
  if (typeof json === 'number' || typeof json === 'boolean') return [String(json)];
  if (typeof json !== 'object' || json === null || depth > 8) return [];
  return Object.entries(json).flatMap(([name, value]) =>
    skips(name) ? [] : leavesOf(value, depth + 1, skips),
  );
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
};

function stripMarkup(text: string): string {
  return text
    .slice(0, readLimit)
    .replace(/<(style|script|title)\b[^<>]*>[^<]*<\/\1>/gi, ' ')
    .replace(/<\/?(?:p|h\d|div|br|hr|tr|li|pre)\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
    });
}

function header({ headers }: RawReply, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function readDateHeader(text: string | undefined): { readonly date?: Date } {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? {} : { date: new Date(ms) };
}

/**
 * Reads seconds, or a date, which is compared with the `Date` of the reply, not the local clock.
 */
function readRetryAfter(text: string | undefined, date: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const waitMs = Date.parse(text) - Date.parse(date ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** Only host and port, because path and query may contain tokens. */
function readRedirect(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  return URL.canParse(location) ? new URL(location).host : 'another path of the same host';
}
