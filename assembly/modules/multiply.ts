/** dst = x·y, which the gradients of all elementwise functions share. */

export { multiply } from "../elementwise/map";
