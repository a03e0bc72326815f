/** Half precision: float16 numbers as their 16 bits, for engines without Float16Array too. */

/** @param bits of float16 numbers */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(bits.length);
}
