/**
 * Resources that start an execution or a Batch job, in every form: `.sync`, `.waitForTaskToken`, and
 * the SDK integrations. Upper and lower case do not count.
 */
const startingCalls = /startExecution|submitJob/i;
/** A Distributed Map inside: what it has started may outlast a child that fails. */
const nestedMap = /"Mode":"DISTRIBUTED"/i;

/**
 * Whether the children of a Distributed Map may start what goes on after their end, by the definition
 * of its state machine. In doubt, they may. Pure.
 *
 * Only what runs in the children counts: the processors of the Distributed Maps, whichever of them
 * the Map Run belongs to. A definition without any is searched as a whole, because AWS documents
 * for a child only "the state machine associated with the Map Run".
 *
 * @param definition JSON text in the Amazon States Language
 */
export function mapChildrenStartOthers(definition: string): boolean {
  const whole = parse(definition);
  if (whole === undefined) return true;
  const processors = findProcessors(whole);
  // Without the escapes and white space of the text.
  if (processors.length === 0) return startingCalls.test(JSON.stringify(whole));
  return processors.some((processor) => {
    const text = JSON.stringify(Reflect.get(processor, 'States') ?? processor);
    return startingCalls.test(text) || nestedMap.test(text);
  });
}

/** The processors of the outermost Distributed Maps. */
function findProcessors(value: object): readonly object[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    if (typeof part !== 'object' || part === null) return [];
    return name === 'ItemProcessor' && isDistributed(part) ? [part] : findProcessors(part);
  });
}

function isDistributed(processor: object): boolean {
  const config: unknown = Reflect.get(processor, 'ProcessorConfig');
  if (typeof config !== 'object' || config === null) return false;
  return Reflect.get(config, 'Mode') === 'DISTRIBUTED';
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
