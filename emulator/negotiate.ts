/** A media type an endpoint can answer with. */
export type MediaType = 'application/json' | 'application/xml' | 'text/plain';

interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/**
 * Picks the media type to answer with from an Accept header (RFC 9110, 12.5.1).
 *
 * Parameters such as `charset=UTF-8` are passed over, since clients send them and mean nothing by it.
 *
 * @param accept - the header as it came; missing or empty takes anything
 * @param offered - in the order of our preference
 * @returns `undefined` where nothing offered is accepted, which is a 406
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

/** The quality of the most exact range that covers the type; 0 where none does. */
function qualityOf(mediaType: MediaType, ranges: readonly Range[]): number {
  const [type = '', subtype = ''] = mediaType.split('/');
  const exactness = (range: Range) => {
    if (range.type === '*') return 1;
    if (range.type !== type) return 0;
    if (range.subtype === '*') return 2;
    return range.subtype === subtype ? 3 : 0;
  };
  const covering = ranges.filter((range) => exactness(range) > 0);
  return covering.toSorted((one, other) => exactness(other) - exactness(one))[0]?.quality ?? 0;
}

function readRanges(accept: string): Range[] {
  return accept.split(',').flatMap((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (range === '') return [];
    // Java's HttpURLConnection sends a bare `*` beside `*/*`.
    const [type = '*', subtype = '*'] = range.split('/');
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const quality = q === undefined ? 1 : Number.parseFloat(q.slice(q.indexOf('=') + 1));
    // Python's and Java's clients alias XML.
    const known = type === 'text' && subtype === 'xml' ? 'application' : type;
    return [{ type: known, subtype, quality: Number.isNaN(quality) ? 1 : quality }];
  });
}
