import { toMediaType } from './rest-request.ts';

/** Whether a media type is one of the binary media types of an API, such as `image/*`. */
export function isBinaryType(
  mediaType: string | undefined,
  binaryMediaTypes: readonly string[],
): boolean {
  if (mediaType === undefined) return binaryMediaTypes.includes('*/*');
  return binaryMediaTypes.some((one) => {
    const type = toMediaType(one) ?? one;
    if (type === '*/*' || type === mediaType) return true;
    return type.endsWith('/*') && mediaType.startsWith(type.slice(0, -1));
  });
}
