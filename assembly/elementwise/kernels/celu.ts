/** With alpha = 1, celu is elu: its kernels have the same method, error and range. */
export { Derivative, Value } from "./elu";
