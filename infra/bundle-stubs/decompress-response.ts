import { leftOut } from './left-out.ts';

/**
 * Stands in for got's reading of compressed answers, which it begins with where `decompress` is on.
 */
export default function decompressResponse(): never {
  return leftOut("decompress-response, got's reading of compressed answers,");
}
