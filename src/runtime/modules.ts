/** The WebAssembly modules of the functions: embedded as text, decoded and compiled when a function is first used. */

import type { NewUint8Array } from "../args/dtype.js";

declare global {
  // For programs compiled without TypeScript's DOM library, which declares them: types of which nothing is known. Where
  // there is that library, these add nothing to its own.
  /* eslint-disable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace */
  namespace WebAssembly {
    interface Module {}
    interface Memory {}
    interface Instance {}
  }
  interface Response {}
  /* eslint-enable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace */
}

/** The bytes of a module, which engines compile only of an ArrayBuffer. */
export type Bytes = ArrayBuffer | (ArrayBufferView & Pick<NewUint8Array, "buffer">);

/** The kernels of any module by name, each with the names of the parameters that it reads. */
export type AnyKernels = Record<string, string>;

/** An embedded module. `K` has a member for each of its kernels, whose type is that of the names of its parameters. */
export interface ModuleText<K extends object = AnyKernels> {
  readonly name: string;
  /** What `decode` makes its builds of. */
  readonly text: string;
  /** The names of the parameters that kernels read from memory, in their order. */
  readonly parameters?: { readonly [N in keyof K]?: readonly K[N][] };
}

/** The modules of all functions that the program imports, for `ready`. */
export const importedModules = /* @__PURE__ */ new Set<ModuleText>();

/** Notes that the program imports a function of a module. */
export function noteImport<K extends object>(module: ModuleText<K>): void {
  importedModules.add(module as unknown as ModuleText);
}
