import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wireProfiles } from '../autosys/client/profiles.ts';
import { autosysEventKinds, toTrait } from '../autosys/event.ts';
import { nameRules } from '../autosys/names.ts';
import { networkFaults } from '../autosys/network-fault.ts';
import { jobStatuses, toLetters, toStatusNumber } from '../autosys/status.ts';
import { printEndpointTable, printEventTable, printExecuteTable } from '../emulator/index.ts';
import type { MetricName } from '../lambda/contract.ts';
import { type TemplateField, templateFields } from '../lambda/routing/template-fields.ts';
import { metricFacts } from '../lambda/telemetry/metric-facts.ts';
import { folders } from './folders.ts';
import { metricMeanings } from './metric-meanings.ts';

type Row = readonly string[];

/** The generated tables of the documents, by the name in their marker: `<!-- table: name -->`. */
const tables: Readonly<Record<string, () => string>> = {
  names: () =>
    toTable(
      ['name of', 'maximum length', 'characters'],
      Object.values(nameRules).map(({ what, max, allowed }) => [what, String(max), allowed]),
    ),
  statuses: () =>
    toTable(
      ['status', 'autorep', 'AEWS number'],
      jobStatuses.map((status) => [
        status,
        toLetters(status),
        String(toStatusNumber(status) ?? 'unknown'),
      ]),
    ),
  events: () =>
    toTable(
      ['event', 'may be sent twice', 'reason'],
      autosysEventKinds.map((kind) => {
        const { repeatable, because } = toTrait(kind);
        return [`\`${kind}\``, repeatable ? 'yes' : 'no', because];
      }),
    ),
  profiles: () =>
    toTable(
      ['wire profile', 'base path', 'events', 'reads global variables', 'evidence'],
      Object.values(wireProfiles).map((profile) => [
        `\`${profile.name}\``,
        `\`${profile.basePath}\``,
        String(Object.keys(profile.events).length),
        profile.readGlobalVariable ? 'yes' : 'no',
        profile.about,
      ]),
    ),
  requests: () =>
    toTable(
      ['event', '`standard`', '`api-prefix`', 'evidence'],
      autosysEventKinds.map((kind) => [
        `\`${kind}\``,
        toRequest(wireProfiles.standard.events[kind]),
        toRequest(wireProfiles['api-prefix'].events[kind]),
        wireProfiles.standard.events[kind]?.evidence ?? '',
      ]),
    ),
  network: () =>
    toTable(
      ['doctor verdict', 'contact', 'what to do'],
      Object.entries(networkFaults).map(([fault, { contact, advice }]) => [
        `\`${fault}\``,
        contact,
        advice,
      ]),
    ),
  endpoints: printEndpointTable,
  fidelity: printEventTable,
  execute: printExecuteTable,
  metrics: () =>
    toTable(
      ['metric', 'unit', 'dimensions', 'meaning'],
      Object.entries(metricFacts).map(([name, { unit, by }]) => [
        `\`${name}\``,
        unit,
        by.map((dimension) => `\`${dimension}\``).join(', '),
        metricMeanings[name as MetricName],
      ]),
    ),
  folders: () =>
    toTable(
      ['folder', 'contents'],
      folders.flatMap(({ path, purpose }) =>
        purpose === undefined ? [] : [[`\`${path}\``, purpose]],
      ),
    ),
  law: () =>
    toTable(
      ['folder or file', 'may import', 'packages', 'Node.js modules'],
      folders.map(({ path, folders: allowed, packages = [], node = [] }) => [
        `\`${path}\``,
        toList(allowed),
        toList(packages),
        toList(node),
      ]),
    ),
  fields: () =>
    toTable(
      ['field', 'Step Functions', 'AWS Batch', 'meaning'],
      Object.entries<TemplateField>(templateFields).map(
        ([name, { summary, execution, batchJob }]) => [
          `\`${name}\``,
          toPresence(execution),
          toPresence(batchJob),
          summary,
        ],
      ),
    ),
};

interface Request {
  readonly path: string;
  readonly body?: Readonly<Record<string, string>> | undefined;
}

function toRequest(request: Request | undefined): string {
  if (request === undefined) return '';
  const { path, body = {} } = request;
  const fields = Object.keys(body).filter((name) => name !== 'comment');
  return `\`${path}\`${fields.length > 0 ? ` ${fields.join(', ')}` : ''}`;
}

function toPresence(
  reading: { readonly longest?: number; readonly mayBeAbsent?: true } | undefined,
): string {
  if (reading === undefined) return 'no';
  const length =
    reading.longest === undefined
      ? 'any length, truncate it'
      : `up to ${reading.longest} characters`;
  return reading.mayBeAbsent ? `${length}, may be absent` : length;
}

function toList(allowed: readonly string[] | 'all'): string {
  return allowed === 'all' ? 'all' : allowed.map((one) => `\`${one}\``).join(', ') || 'none';
}

function toTable(head: Row, rows: readonly Row[]): string {
  const toLine = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [toLine(head), toLine(head.map(() => '---')), ...rows.map(toLine)].join('\n');
}

/**
 * Replaces the text between the markers of each table. @throws {Error} for an unknown table name
 */
export function fillTables(document: string): string {
  return document.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const table = tables[name];
      if (table === undefined) {
        throw new Error(`unknown table ${name}, allowed: ${Object.keys(tables).join(', ')}`);
      }
      return `${start}${table().trimEnd()}\n${end}`;
    },
  );
}

/** The documents that hold tables. */
export const documents = ['architecture.md', 'autosys.md', 'metrics.md', 'routes.md'].map((name) =>
  join(import.meta.dirname, name),
);

if (import.meta.main) {
  for (const path of documents) writeFileSync(path, fillTables(readFileSync(path, 'utf8')));
}
