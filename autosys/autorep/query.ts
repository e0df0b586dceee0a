import { AutorepUsageError, type OptionTable, readOptions } from '../usage.ts';

/** The kind of subject of a report, by its option. The name may be a pattern. */
const subjectKinds = {
  '-J': 'job',
  '-Y': 'userType',
  '-M': 'machine',
  '-C': 'connectionProfile',
  '-B': 'group',
  '-I': 'application',
  '-G': 'globalVariable',
  '-Q': 'queue',
  '-X': 'externalInstance',
  '-V': 'resource',
  '-z': 'glob',
} as const;

type SubjectOption = keyof typeof subjectKinds;

/** The subject of a report. */
export interface AutorepSubject {
  readonly kind: (typeof subjectKinds)[SubjectOption];
  readonly name: string;
}

/** A parsed autorep command line (AutoSys 11.3.6 reference). */
export interface AutorepQuery {
  readonly subject: AutorepSubject;
  /** `-s` (the default), `-d`, `-q` or `-o`. With `-G` only the summary is used. */
  readonly report: 'summary' | 'details' | 'definition' | 'override';
  /** `-o`: the number of the override. */
  readonly overrideNumber?: number;
  /** `-w`: long keywords in conditions. Ignored without `-q`. */
  readonly long: boolean;
  /** `-n`: narrow columns; names are cut. */
  readonly narrow: boolean;
  /** `-t`: the timezone below the name. */
  readonly showTimezone: boolean;
  /** `-R` or `-r`: a run number; 0 and negative numbers are relative to the last run. */
  readonly run?: number;
  /** `-L`: the number of box levels to show; 0 for the box only. */
  readonly level?: number;
  /** Options of autorep that have no effect here, so that the caller can reject them by name. */
  readonly unsupported: readonly string[];
}

const reports = { '-d': 'details', '-s': 'summary', '-q': 'definition', '-o': 'override' } as const;
type ReportOption = keyof typeof reports;

const unsupportedOptions = ['-p', '-a', '-f', '-usr', '-pw', '-pwx', '-saml'] as const;

const options = {
  '-J': 'value',
  '-Y': 'value',
  '-M': 'value',
  '-C': 'value',
  '-B': 'value',
  '-I': 'value',
  '-G': 'value',
  '-Q': 'value',
  '-X': 'value',
  '-V': 'value',
  '-z': 'value',
  '-d': 'flag',
  '-s': 'flag',
  '-q': 'flag',
  '-o': 'value',
  '-w': 'flag',
  '-n': 'flag',
  '-t': 'flag',
  '-R': 'value',
  '-L': 'value',
  '-p': 'flag',
  '-a': 'flag',
  '-f': 'value',
  '-usr': 'value',
  '-pw': 'value',
  '-pwx': 'value',
  '-saml': 'value',
} as const satisfies OptionTable;

type Values = ReadonlyMap<keyof typeof options, string>;

/**
 * Parses the arguments of autorep, without the name of the command.
 *
 * @throws {AutorepUsageError} with all faults: what was found and what is allowed
 */
export function parseAutorep(argv: readonly string[]): AutorepQuery {
  const { values, faults: optionFaults } = readOptions(argv, options);
  const faults = [...optionFaults];
  const subject = readSubject(values, faults);
  const report = readReport(values, faults);
  const overrideNumber = readNumber(values, '-o', { pattern: /^\d{1,9}$/, faults });
  const run = readNumber(values, '-R', { pattern: /^-?\d{1,9}$/, faults });
  const level = readNumber(values, '-L', { pattern: /^\d{1,9}$/, faults });
  if (!subject || faults.length > 0) throw new AutorepUsageError('autorep', faults);
  return {
    subject,
    report,
    ...(overrideNumber !== undefined && { overrideNumber }),
    long: values.has('-w'),
    narrow: values.has('-n'),
    showTimezone: values.has('-t'),
    ...(run !== undefined && { run }),
    ...(level !== undefined && { level }),
    unsupported: unsupportedOptions.filter((option) => values.has(option)),
  };
}

function readSubject(values: Values, faults: string[]): AutorepSubject | undefined {
  const kinds = Object.keys(subjectKinds) as readonly SubjectOption[];
  const [option, ...more] = kinds.filter((kind) => values.has(kind));
  const name = option && values.get(option);
  if (option && name && more.length === 0) return { kind: subjectKinds[option], name };
  // A subject option without a name is reported already.
  if (!option && faults.some((fault) => kinds.some((kind) => fault.startsWith(`${kind}:`)))) {
    return undefined;
  }
  const found = option ? [option, ...more].join(' and ') : 'none of them';
  faults.push(
    name === ''
      ? `${option}: expected a name, a pattern or ALL, found nothing`
      : `expected one subject of ${kinds.join(' ')}, found ${found}`,
  );
  return undefined;
}

function readReport(values: Values, faults: string[]): AutorepQuery['report'] {
  const chosen = (Object.keys(reports) as readonly ReportOption[]).filter((key) => values.has(key));
  if (chosen.length > 1) faults.push(`expected one of -d -s -q -o, found ${chosen.join(' and ')}`);
  return chosen[0] ? reports[chosen[0]] : 'summary';
}

function readNumber(
  values: Values,
  option: '-o' | '-R' | '-L',
  { pattern, faults }: { readonly pattern: RegExp; readonly faults: string[] },
): number | undefined {
  const text = values.get(option);
  if (text === undefined) return undefined;
  if (pattern.test(text)) return Number(text);
  faults.push(`${option}: expected a whole number, found ${JSON.stringify(text.slice(0, 40))}`);
  return undefined;
}
