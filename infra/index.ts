export { AutosysBridge, type AutosysBridgeProps } from './autosys-bridge.ts';
export { BridgeSource, type BridgeSourceProps } from './bridge-source.ts';
export { BridgeSourceStack, type ToSourceProps } from './bridge-source-stack.ts';
export { BridgeStack, type ToBridgeProps } from './bridge-stack.ts';
export { readBridgeConfig } from './read-bridge-config.ts';
