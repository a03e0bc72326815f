/** Changes of elements in memory: of those of the first input before the kernels of rows read them, and of results after that. */

import { type Rows, startOf } from "../../args/shape.js";
import type { Instance, Scratch } from "../../runtime/instance.js";
import { CHUNK, FIRST, SECOND } from "../../runtime/memory.js";
import { rowViews, workViews } from "../../runtime/views.js";
import type { Change, ChangeViews, RowCall } from "./call.js";

/** Views of the second buffer of the scratch memory, to which changes load: what lay there has been read by then. */
export function secondViews(scratch: Scratch): ChangeViews {
  return { bytes: rowViews(scratch).secondBytes, float32: scratch.second32, float64: scratch.second64 as never };
}

/** In the first buffer, `count` whole rows from number `row` on. */
export function changeRows(
  changes: readonly Change[],
  scratch: Scratch,
  layout: Rows,
  row: number,
  count: number,
): void {
  const { columns, stride } = layout;
  if (stride === 1) {
    changePart(changes, scratch, row * columns, 1, count * columns);
    return;
  }
  changeParts(changes, scratch, count * columns, (load) => {
    for (let r = 0; r < count; r++) load(startOf(layout, row + r), stride, columns, r * columns);
  });
}

/** In the first buffer, n elements from number `start` of the array on, each `stride` from the next. */
export function changePart(
  changes: readonly Change[],
  scratch: Scratch,
  start: number,
  stride: number,
  n: number,
): void {
  for (let i = 0; i < changes.length; i++) {
    changes[i].load(start, stride, n, secondViews(scratch), 0);
    changes[i].run(scratch, FIRST, SECOND, n, FIRST);
  }
}

/** In the first buffer, n elements, of which `forParts` names those that lie `stride` apart in the array, and where they are in the buffer. */
export function changeParts(
  changes: readonly Change[],
  scratch: Scratch,
  n: number,
  forParts: (load: (start: number, stride: number, n: number, at: number) => void) => void,
): void {
  for (const change of changes) {
    const views = secondViews(scratch);
    forParts((start, stride, length, at) => change.load(start, stride, length, views, at));
    change.run(scratch, FIRST, SECOND, n, FIRST);
  }
}

/** Of an array at an address, to `out`, which lies in the same memory. */
export function changeResident(call: RowCall, changes: readonly Change[], instance: Instance, address: number): void {
  const { bytes } = call.dtype;
  const { byteOffset, length } = call.out!;
  const views = workViews(instance);
  const perChunk = CHUNK / bytes;
  for (let at = 0; at < length; at += perChunk) {
    const n = Math.min(perChunk, length - at);
    const dst = byteOffset + at * bytes;
    let x = address + at * bytes;
    for (const change of changes) {
      change.load(at, 1, n, views, 0);
      change.run(instance, x, instance.work, n, dst);
      x = dst;
    }
  }
}
