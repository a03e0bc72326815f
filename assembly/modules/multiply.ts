/** dst = x·y, a module that the gradients of all elementwise functions share. */

export { multiply } from "../elementwise/map";
