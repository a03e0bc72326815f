/** Rows in passes: rows side by side, of which each lane of a vector takes one, and rows longer than the scratch memory. */

import type { FloatArray } from "../../args/dtype.js";
import { startOf } from "../../args/shape.js";
import { BLOCK, COLUMN_STATE, PIECE } from "../../generated/layout.js";
import type { Instance, Scratch } from "../../runtime/instance.js";
import { CHUNK, roundUp, SCRATCH, STATES } from "../../runtime/memory.js";
import type { Change, RowCall, RowPass } from "./call.js";
import { changePart, changeParts } from "./changes.js";
import { gather, scatter } from "./gather.js";

/** The most vectors of rows side by side of which as much is known as fits the scratch memory. */
const MAX_VECTORS = Math.floor(PIECE / COLUMN_STATE);

type Inputs = readonly (FloatArray | undefined)[];

/** A kernel's run over columns that lie in memory, each `stride` bytes from the next. */
type RunColumns = (sources: readonly number[], dst: number, columns: number, stride: number) => void;

/**
 * The passes over rows side by side. Each is given to `forChunks`, which has it run over all columns; one element of each row
 * goes to `result`, a vector of rows after the other.
 */
function runColumnPasses(
  call: RowCall,
  instance: Instance,
  states: number,
  vectors: number,
  result: number,
  forChunks: (run: RunColumns, pass: RowPass, index: number) => void,
): void {
  const { dtype, passes } = call;
  call.beginColumns!(instance, states, vectors);
  let finished = 0;
  passes.forEach((pass, index) => {
    if (pass.optional && finished !== 1) return;
    const kernel = pass.columns!.of(instance, dtype)!;
    const run: RunColumns = (sources, dst, columns, stride) => {
      const addresses = pass.reads.map((source) => (source === "out" ? dst : sources[source]));
      if (pass.writes) addresses.push(dst);
      kernel(states, ...addresses, columns, stride, vectors);
    };
    forChunks(run, pass, index);
    if (pass.finishColumns !== undefined) {
      finished = pass.finishColumns.of(instance, dtype)!(states, result, vectors);
    }
  });
}

/** Rows side by side that lie in the memory of an instance. */
export function runColumnsResident(call: RowCall, instance: Instance, inputs: readonly number[], out: number): void {
  const { dtype, layout, reduces } = call;
  const { rows, columns, stride } = layout;
  const { bytes } = dtype;
  const lanes = 16 / bytes;
  const states = instance.work;
  const width = Math.floor(CHUNK / (COLUMN_STATE + 16)) * lanes;
  for (let block = 0; block < rows; block += stride) {
    for (let at = 0; at < stride; at += width) {
      const start = (block * columns + at) * bytes;
      const vectors = Math.min(width, stride - at) / lanes;
      const result = reduces ? out + (block + at) * bytes : states + vectors * COLUMN_STATE;
      const sources = inputs.map((address) => address + start);
      runColumnPasses(call, instance, states, vectors, result, (run) => {
        run(sources, out + start, columns, stride * bytes);
      });
    }
  }
}

/** Rows side by side, through the scratch memory: each pass streams as many columns at a time as fit it. */
export function runColumns(call: RowCall, scratch: Scratch, inputs: Inputs): void {
  const { dtype, layout, passes, reduces } = call;
  const { rows, columns, stride } = layout;
  const { bytes } = dtype;
  const { first, second } = scratch;
  const out = call.target();
  const lanes = 16 / bytes;
  const views = [scratch.firstOf(dtype), scratch.secondOf(dtype)];
  const sources = [first, second];
  const width = Math.min(stride, MAX_VECTORS * lanes);
  // Whole vectors; what lies beyond the rows doesn't matter.
  const padded = roundUp(width, lanes);
  // All columns, or what stays in the second-level cache: whole blocks of them, as the sums need them.
  const perBlock = BLOCK / bytes;
  const fits = columns * padded * bytes <= SCRATCH;
  const perChunk = fits ? columns : Math.floor(PIECE / (padded * bytes * perBlock)) * perBlock;
  for (let block = 0; block < rows; block += stride) {
    for (let from = 0; from < stride; from += width) {
      const start = block * columns + from;
      const n = Math.min(width, stride - from);
      const vectors = Math.ceil(n / lanes);
      // Calls back for each column, or for all where they lie as they do in the scratch memory.
      const forColumns = (column: number, count: number, copy: (start: number, n: number, at: number) => void) => {
        if (n === stride && n === padded) copy(start + column * stride, count * stride, 0);
        else for (let i = 0; i < count; i++) copy(start + (column + i) * stride, n, i * padded);
      };
      const changeColumns = (changes: readonly Change[], column: number, count: number) => {
        changeParts(changes, scratch, count * padded, (load) => {
          forColumns(column, count, (place, length, at) => load(place, 1, length, at));
        });
      };
      runColumnPasses(call, scratch, STATES, vectors, second, (run, { reads, writes }, index) => {
        for (let column = 0; column < columns; column += perChunk) {
          const count = Math.min(perChunk, columns - column);
          // All of it may be there from the pass before.
          if (index === 0 || columns > perChunk) {
            forColumns(column, count, (place, length, at) => {
              reads.forEach((source, i) => {
                gather((source === "out" ? out : inputs[source]) as FloatArray, place, 1, length, views[i], at);
              });
            });
            if (reads[0] === 0) changeColumns(call.changes, column, count);
          }
          run(sources, first, count, padded * bytes);
          if (call.finish !== undefined && index === passes.length - 1) changeColumns([call.finish], column, count);
          if (writes && (columns > perChunk || index === passes.length - 1)) {
            forColumns(column, count, (place, length, at) => scatter(views[0], at, length, out, place, 1));
          }
        }
      });
      if (reduces) scatter(views[1], 0, n, out, block + from, 1);
    }
  }
}

/** A row that is longer than the scratch memory: each pass streams it through, in the pieces that it is summed in. */
export function runLongRow(call: RowCall, scratch: Scratch, inputs: Inputs, row: number): void {
  const { dtype, layout, passes } = call;
  const { stride } = layout;
  const { first, second, work } = scratch;
  const out = call.target();
  const views = [scratch.firstOf(dtype), scratch.secondOf(dtype)];
  const start = startOf(layout, row);
  const columns = call.validLength(row);
  const perPiece = PIECE / dtype.bytes;
  let result = 0;
  call.beginRow(scratch, row);
  for (let number = 0; number < passes.length; number++) {
    const { kernel, reads, writes, finish, repeats, optional } = passes[number];
    if (optional && result !== 1) continue;
    const pass = kernel.of(scratch, dtype)!;
    const addresses = reads.map((source, i) =>
      source !== "out" && inputs[source] === undefined ? 0 : [first, second][i],
    );
    if (writes) addresses.push(first);
    for (let at = 0; at < columns; at += perPiece) {
      const n = Math.min(perPiece, columns - at);
      const from = start + at * stride;
      reads.forEach((source, i) => {
        const input = source === "out" ? (out as FloatArray) : inputs[source];
        if (input === undefined) return;
        gather(input, from, stride, n, views[i], 0);
        if (source === 0) changePart(call.changes, scratch, from, stride, n);
      });
      pass(...addresses, n);
      if (call.finish !== undefined && number === passes.length - 1) {
        changePart([call.finish], scratch, from, stride, n);
      }
      if (writes) scatter(views[0], 0, n, out, from, stride);
    }
    if (finish === undefined) continue;
    result = finish.of(scratch, dtype)!(work);
    if (repeats && result === 1) number--;
  }
  call.finishRow(scratch, row, result);
}
