import type { NightConfig } from '../../lambda/routing/night-config.ts';
import type { Paint } from '../render.ts';

/** Formats which pages of the night a function writes, and who may read them. Pure. */
export function describePages(night: NightConfig | undefined, paint: Paint): readonly string[] {
  if (night === undefined) return [];
  const { instances, since, everyMinutes, keepDays, readers } = night;
  const every = everyMinutes === 1 ? 'minute' : `${everyMinutes} minutes`;
  const kept = keepDays === 1 ? 'a day' : `${keepDays} days`;
  return [
    '',
    `${paint('bold', 'night')}: a page of ${instances.join(', ')} every ${every}, from ${since}, kept for ${kept}`,
    `  read by ${readers.join(', ')}`,
  ];
}
