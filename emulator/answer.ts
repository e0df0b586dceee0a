import { STATUS_CODES } from 'node:http';
import type { ContentEncoding } from './encode-body.ts';

/** The answer to one request. The server adds length, date and connection. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Media type with its charset. Required if there is a body. */
  readonly contentType?: string;
  readonly body?: string;
  /** Compression of the body. @default - none */
  readonly encoding?: ContentEncoding;
}

/** A status without a body, such as the 201 of an event and the 403 of EEM (Broadcom KB 187058). */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers };
}

/** JSON as AEWS writes it: on one line. */
export function json(status: number, value: unknown): HttpAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/**
 * A refusal by AEWS itself, as JSON. This distinguishes it from a page of the Tomcat below
 * (inferred).
 *
 * @param message - what is wrong with the request, in one sentence
 */
export function refusal(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { ...json(status, { error: message }), headers };
}

/** One or more lines of plain text. */
export function text(status: number, body: string): HttpAnswer {
  return { status, contentType: 'text/plain;charset=UTF-8', body };
}

/** An XML document. `root` is its root element, without the XML declaration. */
export function xml(status: number, root: string): HttpAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${root}`;
  return { status, contentType: 'application/xml', body };
}

/**
 * Answers 501 to a request that the emulator does not implement: what was requested, and the
 * reason.
 */
export function unsupported(what: string, reason: string): HttpAnswer {
  return text(501, `The embedded AutoSys does not support ${what}: ${reason}\n`);
}

/** AutoSys's message for an unknown job; 404 on reads (seen live), unproven on events. */
export function unknownJob(status: number, job: string): HttpAnswer {
  return text(status, `${invalidJobName(job)}\n`);
}

/** The line that the commands and AEWS print for a job that does not exist. */
export function invalidJobName(job: string): string {
  return `CAUAJM_E_50027 Invalid Job Name: ${job}`;
}

/**
 * An error page of the Tomcat under AEWS, in HTML (inferred; a client must handle it).
 *
 * @param message - what was wrong, in one sentence
 */
export function tomcatPage(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const title = `HTTP Status ${status} – ${STATUS_CODES[status] ?? 'Unknown'}`;
  const body = [
    `<!doctype html><html lang="en"><head><title>${title}</title></head>`,
    `<body><h1>${title}</h1><hr class="line" /><p><b>Type</b> Status Report</p>`,
    `<p><b>Message</b> ${escapeMarkup(message)}</p><hr class="line" />`,
    '<h3>Apache Tomcat</h3></body></html>',
  ].join('');
  return { status, headers, contentType: 'text/html;charset=utf-8', body };
}

/** Escapes text for XML and HTML, in elements and in attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
