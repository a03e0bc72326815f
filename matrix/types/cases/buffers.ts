/** In which buffers results lie, and arrays may: since TypeScript 5.7 the types of typed arrays say so. */

import { argmax, createArena, glu, greater, leakyRelu, sigmoid, softmax, step, topK } from "lanewise";

type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where a value is of exactly this type. */
declare function is<A>(): <B>(value: B, isSame: IsSame<A, B>) => void;

declare const shared: Float32Array<SharedArrayBuffer>, plain: Float32Array<ArrayBuffer>;
declare const bytes: Uint8Array<SharedArrayBuffer>, ints: Int32Array<SharedArrayBuffer>;

is<Float32Array<ArrayBuffer>>()(sigmoid(shared), true);
is<Float32Array<ArrayBuffer>>()(leakyRelu.backward(shared, plain, { negativeSlope: 1 }), true);
is<Float32Array<ArrayBuffer>>()(leakyRelu.backward(plain, shared), true);
is<Float32Array<ArrayBuffer>>()(softmax(shared, { mask: bytes }), true);
is<Float32Array<ArrayBuffer>>()(glu(shared), true);
is<Float32Array<ArrayBuffer>>()(topK(shared, 1).values, true);
is<Int32Array<ArrayBuffer>>()(step(shared, { dtype: "int32" }), true);
is<Uint8Array<ArrayBuffer>>()(greater(shared), true);
is<Float32Array<SharedArrayBuffer>>()(sigmoid(plain, { out: shared }), true);
is<Float32Array<SharedArrayBuffer>>()(softmax.backward(plain, plain, { out: shared }), true);
is<Int32Array<SharedArrayBuffer>>()(step(plain, { dtype: "int32", out: ints }), true);
is<Int32Array<SharedArrayBuffer>>()(argmax(plain, { shape: [1, 1], out: ints }), true);
is<Uint8Array<SharedArrayBuffer>>()(greater(plain, { out: bytes }), true);
is<Float32Array<ArrayBuffer>>()(createArena(64).float32(1), true);

// @ts-expect-error: a new array lies in no shared memory, whatever it is assigned to
export const wrong: Float32Array<SharedArrayBuffer> = sigmoid(shared);
