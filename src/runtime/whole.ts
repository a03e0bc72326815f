/**
 * A whole module with all kernels, in builds for hosts that compile no bytes: scripts/build/dist.ts puts a setter beside it,
 * which their entries give the raw module that they import, and nothing in the place of the embedded modules.
 */
export const whole: WebAssembly.Module | undefined = undefined as WebAssembly.Module | undefined;
