/** x·log(y), as far as the modules of log and of products don't have it. */

export { argument, derivativeArgument, quotient } from "../elementwise/xlogy";
