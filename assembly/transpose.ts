/** Short rows, taken so that each lane of a vector has a row: as many rows at a time as a vector has lanes. */

import { factorsOf, logSumsOf, peaksOf, setExtremes, STATE } from "./columns";
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

/** The state of the rows at hand (columns.ts). */
export const STATES = memory.data(<i32>(MOST * STATE), 16);

/** Column i of four rows of four elements (of float64: of two of two); so also the rows of columns. */
@inline
function turned<T>(a: v128, b: v128, c: v128, d: v128, i: i32): v128 {
  if (sizeof<T>() == 8) return i == 0 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i64>(a, b, 1, 3);
  const first = i < 2 ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const second = i < 2 ? v128.shuffle<i32>(c, d, 0, 4, 1, 5) : v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  return i % 2 == 0 ? v128.shuffle<i64>(first, second, 0, 2) : v128.shuffle<i64>(first, second, 1, 3);
}

/** How far row i is from the one before, if `left` are left: the last stands for those that lack. */
@inline
function step(i: isize, left: isize, bytes: usize): usize {
  return left > i ? bytes : 0;
}

/** The columns of as many rows as a vector has lanes, to `tile`; if `finds`, their extremes to `state`. */
@inline
function gather<T>(x: usize, left: isize, columns: usize, bytes: usize, tile: usize, state: usize, finds: bool): void {
  const b = x + step(1, left, bytes);
  const c = b + step(2, left, bytes);
  const d = c + step(3, left, bytes);
  let high = v128.splat<T>(<T>-Infinity);
  let low = v128.splat<T>(<T>Infinity);
  // The last columns again, rather than less than a vector of them; of a row that is shorter, what follows it too.
  const last = columns > lanes<T>() ? bytes - 16 : 0;
  for (let at: usize = 0; ; at = min(at + 16, last)) {
    const to = tile + at * (TILE_STRIDE / sizeof<T>());
    const rowA = v128.load(x + at);
    const rowB = v128.load(b + at);
    const rowC = sizeof<T>() == 4 ? v128.load(c + at) : rowA;
    const rowD = sizeof<T>() == 4 ? v128.load(d + at) : rowB;
    const columnA = turned<T>(rowA, rowB, rowC, rowD, 0);
    const columnB = turned<T>(rowA, rowB, rowC, rowD, 1);
    v128.store(to, columnA);
    v128.store(to, columnB, TILE_STRIDE);
    if (finds) {
      high = v128.pmax<T>(v128.pmax<T>(high, columnA), columnB);
      low = v128.pmin<T>(v128.pmin<T>(low, columnA), columnB);
    }
    if (sizeof<T>() == 4) {
      const columnC = turned<T>(rowA, rowB, rowC, rowD, 2);
      const columnD = turned<T>(rowA, rowB, rowC, rowD, 3);
      v128.store(to, columnC, 2 * TILE_STRIDE);
      v128.store(to, columnD, 3 * TILE_STRIDE);
      if (finds) {
        high = v128.pmax<T>(v128.pmax<T>(high, columnC), columnD);
        low = v128.pmin<T>(v128.pmin<T>(low, columnC), columnD);
      }
    }
    if (at == last) break;
  }
  if (!finds) return;
  if (columns < lanes<T>()) {
    // Not by findPeakColumns: the call would make rows of three take a quarter more.
    high = v128.splat<T>(<T>-Infinity);
    low = v128.splat<T>(<T>Infinity);
    for (const end = tile + columns * TILE_STRIDE; tile < end; tile += TILE_STRIDE) {
      high = v128.pmax<T>(high, v128.load(tile));
      low = v128.pmin<T>(low, v128.load(tile));
    }
  }
  setExtremes(state, high, low);
}

/** What `byLanes` is given to run extends this if it leaves factors in STATES that its columns are then multiplied with. */
export class Scaled {}

/** The same with maxima and logarithms of sums that are taken off. */
export class Shifted {}

/** A column as it comes out, once K has run. */
@inline
function finished<K, T>(column: v128, state: usize): v128 {
  if (changetype<K>(0) instanceof Scaled) return v128.mul<T>(column, factorsOf(state));
  if (changetype<K>(0) instanceof Shifted) {
    return v128.sub<T>(v128.sub<T>(column, peaksOf(state)), logSumsOf(state));
  }
  return column;
}

/** The reverse of `gather`, with what is left to do after K. */
@inline
function scatter<K, T>(tile: usize, dst: usize, left: isize, columns: usize, bytes: usize, state: usize): void {
  const b = dst + step(1, left, bytes);
  const c = b + step(2, left, bytes);
  const d = c + step(3, left, bytes);
  if (columns < lanes<T>()) {
    for (let at: usize = 0; at < bytes; at += sizeof<T>(), tile += TILE_STRIDE) {
      v128.store(tile, finished<K, T>(v128.load(tile), state));
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
    const columnA = finished<K, T>(v128.load(place), state);
    const columnB = finished<K, T>(v128.load(place, TILE_STRIDE), state);
    const columnC = sizeof<T>() == 4 ? finished<K, T>(v128.load(place, 2 * TILE_STRIDE), state) : columnA;
    const columnD = sizeof<T>() == 4 ? finished<K, T>(v128.load(place, 3 * TILE_STRIDE), state) : columnB;
    v128.store(dst + at, turned<T>(columnA, columnB, columnC, columnD, 0));
    v128.store(b + at, turned<T>(columnA, columnB, columnC, columnD, 1));
    if (sizeof<T>() == 4) {
      v128.store(c + at, turned<T>(columnA, columnB, columnC, columnD, 2));
      v128.store(d + at, turned<T>(columnA, columnB, columnC, columnD, 3));
    }
    if (at == last) break;
  }
}

/** The columns of `count` rows, to `tile`; if `finds`, their extremes to STATES. */
@inline
function gatherAll<T>(x: usize, count: usize, columns: usize, tile: usize, finds: bool): void {
  const bytes = columns * sizeof<T>();
  let state = STATES;
  for (let left: isize = count; left > 0; left -= lanes<T>()) {
    gather<T>(x, left, columns, bytes, tile, state, finds);
    x += lanes<T>() * bytes;
    tile += 16;
    state += STATE;
  }
}

/** For functions of one input. */
function gatherWithExtremes<T>(x: usize, count: usize, columns: usize): void {
  gatherAll<T>(x, count, columns, TILE, true);
}

/** For functions of two. */
function gatherTo<T>(x: usize, count: usize, columns: usize, tile: usize): void {
  gatherAll<T>(x, count, columns, tile, false);
}

/** The reverse of `gatherAll`, from TILE. */
function scatterAll<K, T>(dst: usize, count: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  let tile = TILE;
  let state = STATES;
  for (let left: isize = count; left > 0; left -= lanes<T>()) {
    scatter<K, T>(tile, dst, left, columns, bytes, state);
    dst += lanes<T>() * bytes;
    tile += 16;
    state += STATE;
  }
}

/**
 * Has K take all rows: `run` is given the columns of a few, and of `other`; where that is 0, there is one input, whose
 * rows' extremes are in STATES. `dst` may be an input. Of each row come out `result` bytes, which K leaves at the
 * beginning, or if that is 0, the row.
 */
@inline
export function byLanes<K, T>(x: usize, other: usize, dst: usize, rows: usize, columns: usize, result: usize): void {
  const bytes = columns * sizeof<T>();
  for (let left = rows; left;) {
    const count = min(left, MOST * lanes<T>());
    const vectors = (count + lanes<T>() - 1) / lanes<T>();
    if (other) {
      gatherTo<T>(x, count, columns, TILE);
      gatherTo<T>(other, count, columns, OTHER_TILE);
      other += count * bytes;
    } else {
      gatherWithExtremes<T>(x, count, columns);
    }
    changetype<K>(0).run<T>(TILE, OTHER_TILE, columns, vectors);
    if (result) {
      memory.copy(dst, TILE, count * result);
      dst += count * result;
    } else {
      scatterAll<K, T>(dst, count, columns);
      dst += count * bytes;
    }
    x += count * bytes;
    left -= count;
  }
}
