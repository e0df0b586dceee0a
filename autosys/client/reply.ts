import { codeOf, markupLines, splitOutputLines } from './code-line.ts';
import { type ReplyOrigin, toOrigin } from './reply-origin.ts';
import { type ReplyShape, readShape } from './reply-shape.ts';

/** An answer as it came off the wire. */
export interface RawReply {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /**
   * Why the body cannot be read, in words for the end of a sentence; `body` is empty then.
   * @default - it can be read
   */
  readonly unreadable?: string | undefined;
}

/** An answer, read: any status, any shape. */
export interface Reply {
  readonly httpStatus: number;
  readonly shape: ReplyShape;
  /** Who sent it, as far as the answer shows. */
  readonly origin: ReplyOrigin;
  /** The body as sent; for data, never for messages. */
  readonly text: string;
  /** The parsed body where `shape` is `json`. */
  readonly json: unknown;
  /** What it says, for a person: one line, no markup, no secret, 300 characters at most. */
  readonly said: string;
  /** What `jil` printed, line by line, without secrets: all texts of an answer that has a status in words, but the status. */
  readonly messages: readonly string[];
  readonly retryAfterMs: number | undefined;
  /** The time of the server, from the header `Date`; absent where it sent none. */
  readonly date?: Date;
  /** Host and port a redirect points to. */
  readonly redirectsTo: string | undefined;
}

/** Longest `said`. */
const saidLimit = 300;
/** Beyond it nobody looks for a sentence; the expressions below stay quick on any text. */
const readLimit = 16_384;

/**
 * Reads an answer of any status: nothing, JSON, a plain CAUAJM line, or a page of Tomcat's.
 *
 * @param hide takes secrets out of a text, since a page may repeat the request it refuses
 */
export function readReply(raw: RawReply, hide: (text: string) => string): Reply {
  const { body, unreadable } = raw;
  const { shape, json } =
    unreadable === undefined
      ? readShape(body)
      : ({ shape: 'unreadable', json: undefined } as const);
  const said =
    unreadable === undefined
      ? toSaid(shape, body, json, hide)
      : hide(`the body cannot be read: ${unreadable}`);
  return {
    httpStatus: raw.httpStatus,
    shape,
    origin: toOrigin({ shape, body, contentType: header(raw, 'content-type') }),
    text: body,
    json,
    said: toOneLine(said),
    messages: toMessages(shape, body, json).map(hide),
    ...readDateHeader(header(raw, 'date')),
    retryAfterMs: readRetryAfter(header(raw, 'retry-after'), header(raw, 'date')),
    redirectsTo: readRedirect(header(raw, 'location')),
  };
}

/** One line without control characters or markup, cut to 300 characters. */
export function toOneLine(text: string): string {
  const line = text
    .slice(0, readLimit)
    // Ends of lines, escape sequences of terminals, marks that turn the direction of writing.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069<>]+/g, ' ')
    .replace(/_{40,}/g, ' ') // the rulers of jil
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > saidLimit ? `${line.slice(0, saidLimit - 1)}…` : line;
}

/** The lines in JSON's `stdOut` and the like: a text cut at its line ends, or a list; no lines for anything else. */
export function toLines(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : value.split(/\r?\n/);
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => (typeof item === 'string' ? item.split(/\r?\n/) : []));
}

/** An object's field, whatever the case of its name. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function toSaid(
  shape: ReplyShape,
  text: string,
  json: unknown,
  hide: (text: string) => string,
): string {
  // Hidden before and after, since markup and escapes can stand inside a secret, or around it.
  const source = hide(shape === 'json' ? sentenceOf(json) : text);
  const whole = hide(stripMarkup(source));
  const lines = shape === 'page' ? markupLines(source).map(stripMarkup) : splitOutputLines(whole);
  const complaints = lines.map(hide).filter((line) => /^CAUAJM_[EW]_/.test(codeOf(line) ?? ''));
  return complaints.find((line) => !summing.test(line)) ?? complaints[0] ?? whole;
}

/** `Database Change WAS NOT successful` and `Exit Code = 1`: they sum up, the reason stands beside them. */
const summing = /CAUAJM_E_(?:10302|50198)\b/;

/** Where programs put the sentence for people, the likeliest first. */
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
 * All texts and numbers inside, so that a reply of unknown shape is still heard.
 *
 * @param skips whether to leave out the field of this name
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

/** Seconds, or a date, which is set against the answer's own date: no clock of ours is asked. */
function readRetryAfter(text: string | undefined, date: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const waitMs = Date.parse(text) - Date.parse(date ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** Host and port alone: path and query may carry tokens. */
function readRedirect(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  return URL.canParse(location) ? new URL(location).host : 'another path of the same host';
}
