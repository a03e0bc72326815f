/** In the place of runtime/instance.ts where there are no kernels (`lanewise/js`). */

export const Instance = undefined;
