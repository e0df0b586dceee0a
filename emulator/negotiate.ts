/** A media type that an endpoint can answer with. */
export type MediaType = 'application/json' | 'application/xml' | 'text/plain';

interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/**
 * Selects the media type of the answer from an Accept header (RFC 9110, 12.5.1).
 *
 * Parameters such as `charset=UTF-8` are ignored, since clients send them without meaning.
 *
 * @param accept - the header as received; a missing or empty header accepts any type
 * @param offered - in the order of our preference
 * @returns `undefined` if no offered type is accepted, which is a 406
 */
export function negotiate(
  accept: string | undefined,
  offered: readonly MediaType[],
): MediaType | undefined {
  const ranges = readRanges(accept ?? '');
  if (ranges.length === 0) return offered[0];
  const wanted = offered
    .map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  return wanted[0]?.type;
}

/** The quality of the most specific range that covers the type; 0 if none covers it. */
function qualityOf(mediaType: MediaType, ranges: readonly Range[]): number {
  const [type = '', subtype = ''] = mediaType.split('/');
  const specificity = (range: Range) => {
    if (range.type === '*') return 1;
    if (range.type !== type) return 0;
    if (range.subtype === '*') return 2;
    return range.subtype === subtype ? 3 : 0;
  };
  const covering = ranges.filter((range) => specificity(range) > 0);
  return covering.toSorted((one, other) => specificity(other) - specificity(one))[0]?.quality ?? 0;
}

function readRanges(accept: string): Range[] {
  return accept.split(',').flatMap((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (range === '') return [];
    // Java's HttpURLConnection sends a bare `*` beside `*/*`.
    const [type = '*', subtype = '*'] = range.split('/');
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const quality = q === undefined ? 1 : Number.parseFloat(q.slice(q.indexOf('=') + 1));
    // Clients in Python and Java use both names of XML.
    const known = type === 'text' && subtype === 'xml' ? 'application' : type;
    return [{ type: known, subtype, quality: Number.isNaN(quality) ? 1 : quality }];
  });
}
