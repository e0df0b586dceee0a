import { isUninformative } from './reason.ts';

/**
 * Reduces the error or cause of an execution to error and message.
 *
 * After a failed `.sync` task the cause is the whole child as JSON, with command and environment in
 * clear text. The child is a Batch job, ECS task, Glue job run, EMR step, CodeBuild build or nested
 * execution. The cause of a nested execution may again be JSON (recordings of real events).
 *
 * - Only fields that are known to explain a failure are kept.
 * - JSON within a sentence is replaced by its error and message, or by an ellipsis.
 * - A structure that cannot be parsed is removed together with all text after it.
 * - Reducing a reduced text changes nothing.
 *
 * @param text as AWS sends it. null and absent mean the same, also in answers of DescribeExecution
 * @returns one sentence, or `undefined` if the text does not explain the failure
 */
export function reduceCause(text: string | null | undefined): string | undefined {
  if (text == null) return undefined;
  const reduced = reduceText(text, deepest);
  return reduced === undefined ? undefined : removeStructures(reduced, 0) || undefined;
}

/** Maximum levels of nested executions, and of nested JSON, that are read. */
const deepest = 12;

/**
 * Fields that hold an error name, in lower case without `_`. They are from Step Functions, Lambda,
 * ECS, EMR and MediaConvert.
 */
const errorFields: ReadonlySet<string> = new Set([
  'error',
  'errortype',
  'errorcode',
  'code',
  'stopcode',
]);

/**
 * Fields that hold a message. They are from the same services and from Batch, Glue, SageMaker,
 * Athena and Kubernetes.
 */
const messageFields: ReadonlySet<string> = new Set([
  'cause',
  'errormessage',
  'failurereason',
  'message',
  'reason',
  'statechangereason',
  'statedetails',
  'statusmessage',
  'statusreason',
  'stoppedreason',
]);

/** Fields whose objects and lists may hold such fields. No other field is read. */
const innerFields: ReadonlySet<string> = new Set([
  ...errorFields,
  ...messageFields,
  'athenaerror',
  'attempts',
  'build',
  'cluster',
  'conditions',
  'container',
  'containers',
  'contexts',
  'eksattempts',
  'failuredetails',
  'initcontainers',
  'job',
  'jobrun',
  'phases',
  'queryexecution',
  'status',
  'step',
  'taskproperties',
  'tasks',
]);

interface Found {
  readonly errors: readonly string[];
  readonly messages: readonly string[];
}

const nothing: Found = { errors: [], messages: [] };

function reduceText(text: string, depth: number): string | undefined {
  if (depth === 0) return undefined;
  const trimmed = text.trim();
  const value = /^[[{"]/.test(trimmed) ? parse(trimmed) : undefined;
  if (typeof value === 'string') return reduceText(value, depth - 1);
  return value === undefined ? removeStructures(trimmed, depth) : toSentence(find(value, depth));
}

function toSentence({ errors, messages }: Found): string | undefined {
  const [error] = errors;
  const message = messages.find((one) => !isUninformative(one)) ?? messages[0];
  if (error === undefined || message === undefined) return error ?? message;
  return message.startsWith(error) ? message : `${error}: ${message}`;
}

/** Finds errors and messages. Fields of the outer object come before those of inner objects. */
function find(value: unknown, depth: number): Found {
  if (depth === 0 || typeof value !== 'object' || value === null) return nothing;
  if (Array.isArray(value)) {
    // The newest attempt is the last one.
    return join(value.toReversed().map((item: unknown) => find(item, depth - 1)));
  }
  const fields = Object.entries(value).map(
    ([name, inner]: readonly [string, unknown]) =>
      [name.replaceAll('_', '').toLowerCase(), inner] as const,
  );
  const textsOf = (names: ReadonlySet<string>) =>
    fields.flatMap(([name, inner]) => {
      if (!names.has(name) || typeof inner !== 'string') return [];
      return reduceText(inner, depth - 1) || [];
    });
  const own = { errors: textsOf(errorFields), messages: textsOf(messageFields) };
  const inner = fields
    .filter(([name]) => innerFields.has(name))
    .map(([, field]) => find(field, depth - 1));
  return join([own, ...inner]);
}

function join(all: readonly Found[]): Found {
  return {
    errors: all.flatMap(({ errors }) => errors),
    messages: all.flatMap(({ messages }) => messages),
  };
}

/**
 * Start of a structure: an object, a list of texts or structures, or the value that a program
 * prints after `environment` or `command`. A single word in braces is a placeholder in a sentence,
 * such as `/jobs/{id}`, and no structure.
 */
const structure =
  /\{(?![\w.$-]{1,40}\})|\[\s*[[{"']|\b(?:environment|command)s?["']?\s*[:=]\s*[[({]/i;

function removeStructures(text: string, depth: number): string {
  const parts: string[] = [];
  let rest = text;
  // A loop: a text of 32 KB may have 16,000 structures, too many for a recursion.
  for (;;) {
    const start = rest.search(structure);
    if (start === -1) return `${parts.join('')}${rest}`;
    const end = findEnd(rest, start);
    const value = end === undefined ? undefined : parse(rest.slice(start, end));
    if (end === undefined || value === undefined)
      return `${parts.join('')}${rest.slice(0, start)}…`;
    // The inserted text is already reduced and holds no structure.
    parts.push(rest.slice(0, start), toSentence(find(value, depth)) ?? '…');
    rest = rest.slice(end);
  }
}

/** Position after the bracket that closes the one at `start`, as in JSON. */
function findEnd(text: string, start: number): number | undefined {
  let open = 0;
  // A quote without an end takes the rest, so that no part of the text is read twice.
  const brackets = /"(?:[^"\\]|\\.)*"?|[[\]{}]/gs;
  brackets.lastIndex = start;
  for (let match = brackets.exec(text); match; match = brackets.exec(text)) {
    if (match[0].startsWith('"')) continue;
    open += match[0] === '{' || match[0] === '[' ? 1 : -1;
    if (open === 0) return match.index + 1;
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A sentence, or truncated JSON. The caller treats it as text.
    return undefined;
  }
}
