import { crc32 } from 'node:zlib';

/** A file in an archive. */
export interface ZipEntry {
  /** Path with `/`, relative to the root of the archive. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** 1 January 1980, 00:00, the first time that the format can express. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
/** Version 2.0 of the format, needed for directories; the upper byte 3 means Unix attributes. */
const neededVersion = 20;
const madeByUnix = (3 << 8) | neededVersion;
/** A regular file that everybody can read: Lambda runs the code as another user. */
const attributes = 0o100644 * 0x10000;
/** File names in UTF-8. */
const flags = 0x800;

/**
 * Creates a ZIP archive whose bytes depend on names and contents only: sorted, with a fixed time,
 * and stored without compression. The result of a compression differs between versions of zlib, and
 * between processors. A function's code would then change with the machine that packages it.
 */
export function createZip(entries: readonly ZipEntry[]): Buffer {
  const sorted = entries.toSorted((one, other) => compareText(one.name, other.name));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of sorted) {
    const path = Buffer.from(name, 'utf8');
    const header = createHeader(path, content);
    parts.push(Buffer.concat([toSignature(0x04034b50), header, path]), Buffer.from(content));
    directory.push(createDirectoryRow(path, header, offset));
    offset += 4 + header.length + path.length + content.length;
  }
  const rows = Buffer.concat(directory);
  return Buffer.concat([...parts, rows, createEnd(sorted.length, rows.length, offset)]);
}

/** Compares by code units, which no setting of the machine changes. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The fields that the header of a file and its row in the directory share. */
function createHeader(path: Buffer, content: Uint8Array): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(neededVersion, 0);
  header.writeUInt16LE(flags, 2);
  // At 4: method 0, stored.
  header.writeUInt16LE(dosTime, 6);
  header.writeUInt16LE(dosDate, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(content.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(path.length, 22);
  return header;
}

function createDirectoryRow(path: Buffer, header: Buffer, offset: number): Buffer {
  const start = Buffer.alloc(6);
  start.writeUInt32LE(0x02014b50, 0);
  start.writeUInt16LE(madeByUnix, 4);
  const end = Buffer.alloc(14);
  end.writeUInt32LE(attributes, 6);
  end.writeUInt32LE(offset, 10);
  return Buffer.concat([start, header, end, path]);
}

function createEnd(count: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function toSignature(value: number): Buffer {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(value, 0);
  return signature;
}
