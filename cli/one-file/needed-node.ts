/** The oldest Node.js that runs the one file. */
export const neededNode = '22.21';

/** True if a version of Node.js, such as `22.21.0`, runs the one file. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = neededNode.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}
