import { rejectUse } from './reject-use.ts';

/** Stub of the decompression of got. got uses it only with the option `decompress`. */
export default function decompressResponse(): never {
  return rejectUse("decompress-response, got's reading of compressed answers,");
}
