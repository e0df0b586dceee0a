/**
 * Whether Step Functions accepts a name of an execution or state machine: 1 to 80 characters, no
 * white space, brackets, wildcards, special or control characters, no surrogates (API reference,
 * StartExecution).
 */
export function isStepFunctionsName(name: string): boolean {
  if (name.length < 1 || name.length > 80) return false;
  return !forbidden.test(name) && ![...name].some(isControl);
}

const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/]/;

/** Control characters, noncharacters, and everything beyond the basic multilingual plane. */
function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code <= 0x1f || (code >= 0x7f && code <= 0x9f) || isSurrogate || code >= 0xfffe;
}
