/**
 * The makers of ops, called when a function is first called. In Node they are in a file of their own, which is loaded then
 * (scripts/build/dist.ts): that halves the time that importing the package takes.
 */

export * from "./makers.js";
