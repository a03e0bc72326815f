// Runs a bundle as Hermes would, which has no WebAssembly, TextDecoder or atob: only what ECMAScript has is in its realm.
const { readFileSync } = require("node:fs");
const vm = require("node:vm");

const context = vm.createContext({ console });
vm.runInContext("delete globalThis.WebAssembly; globalThis.window = globalThis;", context);
vm.runInContext(readFileSync(process.argv[2], "utf8"), context);
