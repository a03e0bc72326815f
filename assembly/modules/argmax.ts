/** argmax and hardmax. */

export { argmax, beginMax, findMax, hardmax, indexOfMax, writeOneHot } from "../rows/argmax";
