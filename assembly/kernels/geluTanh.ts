import { gate, gateSlope } from "../gate";
import { atLeast, atMost, constant, multiplyAdd, productExcess, select, squareExcess, subtractProduct } from "../lanes";
import { Long } from "../map";

// The result at LOW is less than half of the smallest subnormal, that at HIGH is x.
const LOW_F32 = memory.data<f32>([-10.9]);
const LOW_F64 = memory.data<f64>([-21.6]);
const HIGH_F32 = memory.data<f32>([7]);
const HIGH_F64 = memory.data<f64>([7]);
const LOWEST_F32 = memory.data<f32>([-11.1]);
const LOWEST_F64 = memory.data<f64>([-21.75]);
const HIGHEST_F32 = memory.data<f32>([11.1]);
const HIGHEST_F64 = memory.data<f64>([21.75]);

// 2·√(2/π), and that times 0.044715, each with what it lost by rounding.
const LINEAR_F32 = memory.data<f32>([1.5957691669464111]);
const LINEAR_F64 = memory.data<f64>([1.5957691216057308]);
const LINEAR_LOSS_F32 = memory.data<f32>([-4.534068054340423e-8]);
const LINEAR_LOSS_F64 = memory.data<f64>([-9.96930880911092e-17]);
const CUBIC_F32 = memory.data<f32>([0.07135481387376785]);
const CUBIC_F64 = memory.data<f64>([0.07135481627260025]);
const CUBIC_LOSS_F32 = memory.data<f32>([2.3988324659995897e-9]);
const CUBIC_LOSS_F64 = memory.data<f64>([-4.1218577217431825e-18]);


@inline
function linear<T>(): v128 {
  return constant<T>(LINEAR_F32, LINEAR_F64);
}


@inline
function cubicTerm<T>(square: v128): v128 {
  return v128.mul<T>(square, constant<T>(CUBIC_F32, CUBIC_F64));
}

/** t / x of t = 2·√(2/π)·(x + 0.044715·x³) */
@inline
function factor<T>(x: v128): v128 {
  return v128.add<T>(linear<T>(), cubicTerm<T>(v128.mul<T>(x, x)));
}

/** By how much t = x·w, with w = factor(x), came out too large, having been rounded here and there. */
@inline
function excess<T>(x: v128, w: v128, t: v128): v128 {
  const square = v128.mul<T>(x, x);
  const cubic = cubicTerm<T>(square);
  let cubicExcess = productExcess<T>(square, constant<T>(CUBIC_F32, CUBIC_F64), cubic);
  cubicExcess = subtractProduct<T>(square, constant<T>(CUBIC_LOSS_F32, CUBIC_LOSS_F64), cubicExcess);
  cubicExcess = multiplyAdd<T>(squareExcess<T>(x, square), constant<T>(CUBIC_F32, CUBIC_F64), cubicExcess);
  const added = v128.sub<T>(w, linear<T>());
  const sumLoss = v128.add<T>(v128.sub<T>(linear<T>(), v128.sub<T>(w, added)), v128.sub<T>(cubic, added));
  const wLoss = v128.add<T>(v128.sub<T>(sumLoss, cubicExcess), constant<T>(LINEAR_LOSS_F32, LINEAR_LOSS_F64));
  return subtractProduct<T>(x, wLoss, productExcess<T>(x, w, t));
}

/** x·½(1 + tanh(t/2)) = x·sigmoid(t) */
export class Value extends Long {

  @inline
  at<T>(x: v128): v128 {
    const high = constant<T>(HIGH_F32, HIGH_F64);
    const y = atLeast<T>(atMost<T>(x, high), constant<T>(LOW_F32, LOW_F64));
    const w = factor<T>(y);
    const t = v128.mul<T>(y, w);
    return select<T>(x, gate<T>(y, t, excess<T>(y, w, t), true), v128.gt<T>(x, high));
  }
}

/** sigmoid(t) + x·t'·sigmoid'(t), where x·t' is t and twice its cubic term */
export class Derivative extends Long {

  @inline
  at<T>(x: v128): v128 {
    const y = atLeast<T>(atMost<T>(x, constant<T>(HIGHEST_F32, HIGHEST_F64)), constant<T>(LOWEST_F32, LOWEST_F64));
    const w = factor<T>(y);
    const t = v128.mul<T>(y, w);
    const cubic = v128.mul<T>(y, cubicTerm<T>(v128.mul<T>(y, y)));
    const twice = v128.add<T>(cubic, cubic);
    const g = v128.add<T>(t, twice);
    const tExcess = excess<T>(y, w, t);
    const gExcess = v128.add<T>(tExcess, v128.sub<T>(v128.sub<T>(g, t), twice));
    return gateSlope<T>(t, tExcess, g, gExcess, true);
  }
}
