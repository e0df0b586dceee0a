/**
 * Position of the first character at which a text is no JSON, from 0. The length of the text if only
 * its end is missing; `undefined` for JSON. Pure.
 *
 * The messages of V8 have no position for many faults, and quote the text instead. So the longest
 * beginning is searched that some text could complete.
 */
export function findJsonPosition(text: string): number | undefined {
  if (canContinue(text) === 'whole') return undefined;
  let possible = 0;
  let wrong = text.length + 1;
  while (wrong - possible > 1) {
    const middle = Math.floor((possible + wrong) / 2);
    if (canContinue(text.slice(0, middle)) === 'no') wrong = middle;
    else possible = middle;
  }
  return possible;
}

function canContinue(beginning: string): 'whole' | 'yes' | 'no' {
  try {
    JSON.parse(beginning);
    return 'whole';
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unexpected end of JSON input')) return 'yes';
    const [, at] = /in JSON at position (\d+) \(line \d+ column \d+\)$/.exec(message) ?? [];
    return Number(at) === beginning.length ? 'yes' : 'no';
  }
}
