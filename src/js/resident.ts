/** In the place of exec/resident.ts where there are no kernels (`lanewise/js`). */

export const residentPaths = undefined;
