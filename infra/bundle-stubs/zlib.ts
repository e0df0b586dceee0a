/**
 * Stands in for `node:zlib`, of which got asks at load whether it knows Zstandard; its reader is
 * left out as well.
 */
const zlib = {};

export default zlib;
