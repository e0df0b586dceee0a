import { patternComplexity, patternSize } from '../../event-pattern/index.ts';
import { compilePattern } from '../../event-pattern/pattern.ts';
import type { Cloud } from './cloud.ts';

/** Three state machines by name, as no default bus needs them: a complexity of 12, two more than EventBridge takes. */
const complex = {
  detail: {
    stateMachineArn: ['settlement', 'fx-rates', 'risk'].flatMap((name) => [
      { suffix: `:stateMachine:${name}` },
      { wildcard: `*:stateMachine:${name}:*` },
    ]),
  },
};

const long = { source: ['x'.repeat(2_100 - '{"source":[""]}'.length)] };

/** Whether a rule is refused whose pattern is too complex. */
export async function refusesComplexPatterns(cloud: Cloud): Promise<boolean> {
  if (patternComplexity(compilePattern(complex)) !== 12)
    throw new Error('expected a complexity of 12');
  return await isRefused(cloud, complex);
}

/** Whether a rule is refused whose pattern has 2,100 characters. */
export async function refusesLongPatterns(cloud: Cloud): Promise<boolean> {
  if (patternSize(long) !== 2_100) throw new Error('expected 2,100 characters');
  return await isRefused(cloud, long);
}

/** Whether the rule after the three hundredth of a bus is refused. */
export async function limitsRules({ eventBridge }: Cloud): Promise<boolean> {
  const EventBusName = 'gap-rules';
  await eventBridge.createEventBus({ Name: EventBusName });
  const put = (at: number) =>
    eventBridge.putRule({
      Name: `gap-${at}`,
      EventBusName,
      EventPattern: JSON.stringify({ source: [`gap.${at}`] }),
    });
  for (let at = 1; at <= 300; at += 1) await put(at);
  return await put(301).then(
    () => false,
    () => true,
  );
}

async function isRefused({ eventBridge }: Cloud, pattern: unknown): Promise<boolean> {
  return await eventBridge
    .putRule({ Name: 'gap-pattern', EventPattern: JSON.stringify(pattern) })
    .then(
      () => false,
      () => true,
    );
}
