/** A document for Node, in which plots are drawn. The build makes a file of its own of this one, which two entries share. */

import { parseHTML } from "linkedom";

/** A new, empty document. */
export function createDocument(): Document {
  return parseHTML("<!doctype html><html></html>").document;
}
