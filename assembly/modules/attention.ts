/** Scale and bias of attention, around softmax (softmax.ts) and the tanh of a softcap. */

export { scaleAdd, scaleMultiply } from "../rows/scaleAdd";
