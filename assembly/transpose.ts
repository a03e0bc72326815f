/** Short rows, taken so that each lane of a vector has a row: as many rows at a time as a vector has lanes. */

import { lanes } from "./lanes";

/** The most columns of a row that is taken so. */
export const FEW_COLUMNS: usize = 32;

/** The most vectors of rows taken at a time. */
const MOST: usize = 4;

/** Bytes from a column of the rows at hand to the next. */
export const TILE_STRIDE: usize = MOST * 16;

/** The columns of the rows at hand, up to MOST vectors each. */
const TILE = memory.data(2304, 16);
/** The same of another input. */
const OTHER_TILE = memory.data(2304, 16);

/** Where a row begins; after the last row that row again. */
@inline
function rowAt(first: usize, i: usize, rows: usize, bytes: usize): usize {
  return first + min(i, rows - 1) * bytes;
}

/** Four columns of four rows (of float64: two of two), in either direction. */
@inline
function transpose<T>(a: usize, b: usize, c: usize, d: usize, to: usize, e: usize, f: usize, g: usize): void {
  const v = v128.load(a);
  const w = v128.load(b);
  if (sizeof<T>() == 8) {
    v128.store(to, v128.shuffle<i64>(v, w, 0, 2));
    v128.store(e, v128.shuffle<i64>(v, w, 1, 3));
  } else {
    const x = v128.load(c);
    const y = v128.load(d);
    const vwLow = v128.shuffle<i32>(v, w, 0, 4, 1, 5);
    const vwHigh = v128.shuffle<i32>(v, w, 2, 6, 3, 7);
    const xyLow = v128.shuffle<i32>(x, y, 0, 4, 1, 5);
    const xyHigh = v128.shuffle<i32>(x, y, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(vwLow, xyLow, 0, 2));
    v128.store(e, v128.shuffle<i64>(vwLow, xyLow, 1, 3));
    v128.store(f, v128.shuffle<i64>(vwHigh, xyHigh, 0, 2));
    v128.store(g, v128.shuffle<i64>(vwHigh, xyHigh, 1, 3));
  }
}

/** The columns of as many rows as a vector has lanes, to `tile`. */
@inline
function gather<T>(x: usize, rows: usize, columns: usize, bytes: usize, tile: usize): void {
  const b = rowAt(x, 1, rows, bytes);
  const c = rowAt(x, 2, rows, bytes);
  const d = rowAt(x, 3, rows, bytes);
  // The last columns again, rather than less than a vector of them; of a row that is shorter, what follows it too.
  const last = columns > lanes<T>() ? columns - lanes<T>() : 0;
  for (let column: usize = 0; column < columns; column += lanes<T>()) {
    const from = min(column, last);
    const at = from * sizeof<T>();
    const to = tile + from * TILE_STRIDE;
    const second = to + TILE_STRIDE;
    transpose<T>(x + at, b + at, c + at, d + at, to, second, second + TILE_STRIDE, second + 2 * TILE_STRIDE);
  }
}

/** The reverse of `gather`. */
@inline
function scatter<T>(tile: usize, dst: usize, rows: usize, columns: usize, bytes: usize): void {
  const b = rowAt(dst, 1, rows, bytes);
  const c = rowAt(dst, 2, rows, bytes);
  const d = rowAt(dst, 3, rows, bytes);
  if (columns < lanes<T>()) {
    for (let at: usize = 0; at < bytes; at += sizeof<T>(), tile += TILE_STRIDE) {
      store<T>(dst + at, load<T>(tile));
      if (rows > 1) store<T>(b + at, load<T>(tile + sizeof<T>()));
      if (sizeof<T>() == 4 && rows > 2) store<T>(c + at, load<T>(tile, 8));
      if (sizeof<T>() == 4 && rows > 3) store<T>(d + at, load<T>(tile, 12));
    }
    return;
  }
  for (let column: usize = 0; column < columns; column += lanes<T>()) {
    const from = min(column, columns - lanes<T>());
    const at = from * sizeof<T>();
    const place = tile + from * TILE_STRIDE;
    const second = place + TILE_STRIDE;
    const third = second + TILE_STRIDE;
    transpose<T>(place, second, third, third + TILE_STRIDE, dst + at, b + at, c + at, d + at);
  }
}

/** The columns of `count` rows, to `tile`. */
function gatherAll<T>(x: usize, count: usize, columns: usize, tile: usize, vectors: usize): void {
  const bytes = columns * sizeof<T>();
  for (let i: usize = 0; i < vectors; i++) {
    gather<T>(x + i * lanes<T>() * bytes, count - i * lanes<T>(), columns, bytes, tile + i * 16);
  }
}

/** The reverse of `gatherAll`, from TILE. */
function scatterAll<T>(dst: usize, count: usize, columns: usize, vectors: usize): void {
  const bytes = columns * sizeof<T>();
  for (let i: usize = 0; i < vectors; i++) {
    scatter<T>(TILE + i * 16, dst + i * lanes<T>() * bytes, count - i * lanes<T>(), columns, bytes);
  }
}

/**
 * Has K take all rows: `run` is given the columns of a few, and of `other`, which is 0 if there is one input. `dst` may
 * be an input. Of each row come out `result` bytes, which K leaves at the beginning, or if that is 0, the row.
 */
@inline
export function byLanes<K, T>(x: usize, other: usize, dst: usize, rows: usize, columns: usize, result: usize): void {
  const bytes = columns * sizeof<T>();
  for (let left = rows; left;) {
    const count = min(left, MOST * lanes<T>());
    const vectors = (count + lanes<T>() - 1) / lanes<T>();
    gatherAll<T>(x, count, columns, TILE, vectors);
    if (other) {
      gatherAll<T>(other, count, columns, OTHER_TILE, vectors);
      other += count * bytes;
    }
    changetype<K>(0).run<T>(TILE, OTHER_TILE, columns, vectors);
    if (result) {
      memory.copy(dst, TILE, count * result);
      dst += count * result;
    } else {
      scatterAll<T>(dst, count, columns, vectors);
      dst += count * bytes;
    }
    x += count * bytes;
    left -= count;
  }
}
