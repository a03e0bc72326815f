/**
 * A whole module with all kernels, in builds for hosts that compile no bytes: scripts/build/dist.ts puts an import of the
 * raw module in the place of this file, and nothing in the place of the embedded modules.
 */
export const whole: WebAssembly.Module | undefined = undefined as WebAssembly.Module | undefined;
