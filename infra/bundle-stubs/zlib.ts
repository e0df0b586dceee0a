/**
 * Stub of `node:zlib`. got checks at load time whether it supports Zstandard; the decompression is
 * a stub too.
 */
const zlib = {};

export default zlib;
