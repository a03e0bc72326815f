/**
 * Rows of at most MAX_TRANSPOSED_COLUMNS columns, transposed so that each lane of a vector has a row, and no lanes are padded or
 * reduced. MAX_VECTORS vectors of rows make a tile.
 */

import { COLUMN_STATE } from "../layout";
import { lanes } from "../simd/vector";
import { logSumsOf, maximaOf } from "./columnLogSums";
import { setMinMax } from "./columnState";
import { invSumsOf } from "./columnSums";

/** The most columns of a row that is transposed. */
export const MAX_TRANSPOSED_COLUMNS: usize = 32;

/** The most vectors of rows in a tile. */
const MAX_VECTORS: usize = 4;

/** The bytes from a column of the tile to the next. */
export const TILE_STRIDE: usize = MAX_VECTORS * 16;

/** The bytes of a tile. */
const TILE_BYTES: usize = MAX_TRANSPOSED_COLUMNS * TILE_STRIDE;

// The columns of the rows of the tile, and of those of the other input.
@lazy const TILE = memory.data(<i32>TILE_BYTES, 16),
  OTHER_TILE = memory.data(<i32>TILE_BYTES, 16);

// The findings about the rows of the tile (columnState.ts).
@lazy export const STATES = memory.data(<i32>(MAX_VECTORS * COLUMN_STATE), 16);

/** Column i of four rows of four elements (of float64: of two rows of two), or row i of as many columns. */
@inline
function transposed<T>(a: v128, b: v128, c: v128, d: v128, i: i32): v128 {
  if (sizeof<T>() == 8) return i == 0 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i64>(a, b, 1, 3);
  const ab = i < 2 ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = i < 2 ? v128.shuffle<i32>(c, d, 0, 4, 1, 5) : v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  return i % 2 == 0 ? v128.shuffle<i64>(ab, cd, 0, 2) : v128.shuffle<i64>(ab, cd, 1, 3);
}

/** The bytes from row i - 1 to row i, where `left` rows are left: the last row is taken again in place of those beyond it. */
@inline
function bytesToRow(i: isize, left: isize, bytes: usize): usize {
  return left > i ? bytes : 0;
}

/** Loads as many rows as a vector has lanes: their columns go to `tile`, and if `finds` their maxima and minima to `state`. */
@inline
function loadTransposed<T>(
  x: usize,
  left: isize,
  columns: usize,
  bytes: usize,
  tile: usize,
  state: usize,
  finds: bool,
): void {
  const b = x + bytesToRow(1, left, bytes);
  const c = b + bytesToRow(2, left, bytes);
  const d = c + bytesToRow(3, left, bytes);
  let maxima = v128.splat<T>(<T>-Infinity);
  let minima = v128.splat<T>(<T>Infinity);
  // The last vector of columns overlaps the one before, rather than being shorter. Of a row shorter than a vector, the elements
  // that follow the row are loaded too.
  const last = columns > lanes<T>() ? bytes - 16 : 0;
  for (let at: usize = 0; ; at = min(at + 16, last)) {
    const to = tile + at * (TILE_STRIDE / sizeof<T>());
    const rowA = v128.load(x + at);
    const rowB = v128.load(b + at);
    const rowC = sizeof<T>() == 4 ? v128.load(c + at) : rowA;
    const rowD = sizeof<T>() == 4 ? v128.load(d + at) : rowB;
    const columnA = transposed<T>(rowA, rowB, rowC, rowD, 0);
    const columnB = transposed<T>(rowA, rowB, rowC, rowD, 1);
    v128.store(to, columnA);
    v128.store(to, columnB, TILE_STRIDE);
    if (finds) {
      maxima = v128.pmax<T>(v128.pmax<T>(maxima, columnA), columnB);
      minima = v128.pmin<T>(v128.pmin<T>(minima, columnA), columnB);
    }
    if (sizeof<T>() == 4) {
      const columnC = transposed<T>(rowA, rowB, rowC, rowD, 2);
      const columnD = transposed<T>(rowA, rowB, rowC, rowD, 3);
      v128.store(to, columnC, 2 * TILE_STRIDE);
      v128.store(to, columnD, 3 * TILE_STRIDE);
      if (finds) {
        maxima = v128.pmax<T>(v128.pmax<T>(maxima, columnC), columnD);
        minima = v128.pmin<T>(v128.pmin<T>(minima, columnC), columnD);
      }
    }
    if (at == last) break;
  }
  if (!finds) return;
  if (columns < lanes<T>()) {
    // A copy of rowMinMaxColumns, because the call would make rows of three take a quarter more.
    maxima = v128.splat<T>(<T>-Infinity);
    minima = v128.splat<T>(<T>Infinity);
    for (const end = tile + columns * TILE_STRIDE; tile < end; tile += TILE_STRIDE) {
      maxima = v128.pmax<T>(maxima, v128.load(tile));
      minima = v128.pmin<T>(minima, v128.load(tile));
    }
  }
  setMinMax(state, maxima, minima);
}

/** The base of operations whose columns are still to be multiplied by the reciprocals of the sums in STATES. */
export class Scaled {}

/** The base of operations from whose columns the maxima and the logarithms of sums in STATES are still to be subtracted. */
export class Shifted {}

/** A column of the result, once K has run. */
@inline
function finish<K, T>(column: v128, state: usize): v128 {
  if (changetype<K>(0) instanceof Scaled) return v128.mul<T>(column, invSumsOf(state));
  if (changetype<K>(0) instanceof Shifted) {
    return v128.sub<T>(v128.sub<T>(column, maximaOf(state)), logSumsOf(state));
  }
  return column;
}

/** Finishes the columns of as many rows as a vector has lanes, and stores the rows. */
@inline
function storeTransposed<K, T>(tile: usize, dst: usize, left: isize, columns: usize, bytes: usize, state: usize): void {
  const b = dst + bytesToRow(1, left, bytes);
  const c = b + bytesToRow(2, left, bytes);
  const d = c + bytesToRow(3, left, bytes);
  if (columns < lanes<T>()) {
    for (let at: usize = 0; at < bytes; at += sizeof<T>(), tile += TILE_STRIDE) {
      v128.store(tile, finish<K, T>(v128.load(tile), state));
      store<T>(dst + at, load<T>(tile));
      if (left > 1) store<T>(b + at, load<T>(tile + sizeof<T>()));
      if (sizeof<T>() == 4 && left > 2) store<T>(c + at, load<T>(tile, 8));
      if (sizeof<T>() == 4 && left > 3) store<T>(d + at, load<T>(tile, 12));
    }
    return;
  }
  const last = bytes - 16;
  for (let at: usize = 0; ; at = min(at + 16, last)) {
    const place = tile + at * (TILE_STRIDE / sizeof<T>());
    const columnA = finish<K, T>(v128.load(place), state);
    const columnB = finish<K, T>(v128.load(place, TILE_STRIDE), state);
    const columnC = sizeof<T>() == 4 ? finish<K, T>(v128.load(place, 2 * TILE_STRIDE), state) : columnA;
    const columnD = sizeof<T>() == 4 ? finish<K, T>(v128.load(place, 3 * TILE_STRIDE), state) : columnB;
    v128.store(dst + at, transposed<T>(columnA, columnB, columnC, columnD, 0));
    v128.store(b + at, transposed<T>(columnA, columnB, columnC, columnD, 1));
    if (sizeof<T>() == 4) {
      v128.store(c + at, transposed<T>(columnA, columnB, columnC, columnD, 2));
      v128.store(d + at, transposed<T>(columnA, columnB, columnC, columnD, 3));
    }
    if (at == last) break;
  }
}

/** Loads `count` rows: their columns go to `tile`, and if `finds` their maxima and minima to STATES. */
@inline
function loadAll<T>(x: usize, count: usize, columns: usize, tile: usize, finds: bool): void {
  const bytes = columns * sizeof<T>();
  let state = STATES;
  for (let left: isize = count; left > 0; left -= lanes<T>()) {
    loadTransposed<T>(x, left, columns, bytes, tile, state, finds);
    x += lanes<T>() * bytes;
    tile += 16;
    state += COLUMN_STATE;
  }
}

/** Loads the rows of a function of one input. */
function loadAllWithMinMax<T>(x: usize, count: usize, columns: usize): void {
  loadAll<T>(x, count, columns, TILE, true);
}

/** Loads the rows of one input of a function of two. */
function loadAllTo<T>(x: usize, count: usize, columns: usize, tile: usize): void {
  loadAll<T>(x, count, columns, tile, false);
}

/** Finishes the columns in TILE, and stores `count` rows. */
function storeAll<K, T>(dst: usize, count: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  let tile = TILE;
  let state = STATES;
  for (let left: isize = count; left > 0; left -= lanes<T>()) {
    storeTransposed<K, T>(tile, dst, left, columns, bytes, state);
    dst += lanes<T>() * bytes;
    tile += 16;
    state += COLUMN_STATE;
  }
}

/**
 * Runs K over all rows, a tile at a time: its `run` is given their columns, and those of `other`. Where `other` is 0 there is
 * one input, and the maxima and minima of its rows are in STATES. `dst` may be an input. The result of each row is
 * `resultBytes` bytes, which K leaves at the beginning of its columns, or if that is 0 the whole row.
 */
@inline
export function forTransposedRows<K, T>(
  x: usize,
  other: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  resultBytes: usize,
): void {
  const bytes = columns * sizeof<T>();
  for (let left = rows; left;) {
    const count = min(left, MAX_VECTORS * lanes<T>());
    const vectors = (count + lanes<T>() - 1) / lanes<T>();
    if (other) {
      loadAllTo<T>(x, count, columns, TILE);
      loadAllTo<T>(other, count, columns, OTHER_TILE);
      other += count * bytes;
    } else {
      loadAllWithMinMax<T>(x, count, columns);
    }
    changetype<K>(0).run<T>(TILE, OTHER_TILE, columns, vectors);
    if (resultBytes) {
      memory.copy(dst, TILE, count * resultBytes);
      dst += count * resultBytes;
    } else {
      storeAll<K, T>(dst, count, columns);
      dst += count * bytes;
    }
    x += count * bytes;
    left -= count;
  }
}
