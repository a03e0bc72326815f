/** With alpha = 1, celu is elu. */
export { Derivative, Value } from "./elu";
