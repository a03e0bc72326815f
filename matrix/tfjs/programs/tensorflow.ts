/** tfjs with all that a program of the matrix needs: its gradients, its chained operations and both backends. */

import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

// The folder is the one that the packages are installed in.
setWasmPaths(`${process.cwd()}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);

export { tf };

/** Ends the program with what it found, as the last line of its output. */
export function report(found: unknown): void {
  console.log(JSON.stringify(found));
}
