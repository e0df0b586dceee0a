import { parseProfile } from '../../autosys/client/index.ts';
import { createRouteIndex, type InstanceConfig } from '../../lambda/routing/routes.ts';
import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import { createExplain, type Explanation } from '../explain/explain-event.ts';
import { findEvents } from '../explain/find-events.ts';
import { printExplanation } from '../explain/print-explanation.ts';
import { readSource } from '../files.ts';
import { createPaint, printJson, printLines, printNotes } from '../render.ts';

/** Says of each event what AutoSys would be told, and why, or why nothing; sends nothing. */
export const explain = defineCommand({
  name: 'explain',
  summary: 'says what AutoSys would be told of AWS events, and why; sends nothing',
  options: {
    config: { type: 'string', value: 'FILE', about: 'the route file, such as bridge.yaml' },
    event: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'EventBridge events; - for stdin',
    },
  },
  usage: '--config FILE --event FILE|- [options]',
  notes: [
    'FILE holds one event, an array, one event a line, or several one after the other; messages of a queue ({ "Records": [{ "body": … }] } and what aws sqs receive-message prints) and notifications of SNS are unpacked.',
    'An event that is malformed, or asks for something that cannot be sent, ends with 1; the others are explained all the same. Environment variables of Batch events are never shown.',
    'Each event is judged as of its own time. Where it would be parked today, since it is older than the deadline of its instance or a replay, a line says so.',
  ],
  examples: [
    'explain --config bridge.yaml --event event.json',
    'explain --config bridge.yaml --event - --json < dead-letters.json',
  ],
  run: async ({ options, json, io }) => {
    if (options.config === undefined || options.event.length === 0) {
      throw new CommandLineError('explain', [
        ...(options.config === undefined ? ['--config: expected a route file, found none'] : []),
        ...(options.event.length === 0
          ? ['--event: expected events, found none; - for stdin']
          : []),
      ]);
    }
    const { config } = await readConfig(io, options.config);
    const instances = new Map(config.instances.map((instance) => [instance.name, instance]));
    const explainFound = createExplain({
      index: createRouteIndex(config.routes),
      accounts: config.accounts,
      regions: config.routes.flatMap(({ from }) => from.regions ?? []),
      speechOf: (name) => toSpeech(instances.get(name)),
      ageOf: (name) => instances.get(name),
      now: () => io.clock.now(),
    });
    const explanations: Explanation[] = [];
    for (const path of options.event) {
      const found = findEvents(await readSource(io, path));
      if (found.length === 0) printNotes(io, [`${path}: holds no event`], json);
      explanations.push(...found.map(explainFound));
    }
    if (json) {
      printJson(io.stdout, { events: explanations, counts: countOutcomes(explanations) });
    } else {
      const paint = createPaint(io.stdout, io.env);
      for (const explanation of explanations) {
        printLines(io.stdout, [...printExplanation(explanation, paint), '']);
      }
      printLines(io.stderr, [describeCounts(countOutcomes(explanations))]);
    }
    return explanations.some(isFaulty) ? exitCodes.refused : exitCodes.done;
  },
});

/** Malformed, or with something that the bridge cannot send: its text is invalid, or the wire profile has no request. */
function isFaulty(explanation: Explanation): boolean {
  if (explanation.outcome !== 'told') return explanation.outcome === 'refused';
  return explanation.says.some((one) => !one.said || one.request === undefined);
}

function toSpeech(instance: InstanceConfig | undefined) {
  const [endpoint] = instance?.endpoints ?? [];
  if (!instance || endpoint === undefined) return undefined;
  return { profile: parseProfile(instance.profile), endpoint };
}

type Counts = Readonly<Record<Explanation['outcome'], number>>;

function countOutcomes(explanations: readonly Explanation[]): Counts {
  const counts = { told: 0, ignored: 0, refused: 0 };
  for (const { outcome } of explanations) counts[outcome] += 1;
  return counts;
}

function describeCounts({ told, ignored, refused }: Counts): string {
  const total = told + ignored + refused;
  const events = total === 1 ? '1 event' : `${total} events`;
  return `${events}: ${told} for AutoSys, ${ignored} ignored, ${refused} refused; nothing was sent`;
}
