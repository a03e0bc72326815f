/** The blocks of code of the README. */

import { readFileSync } from "node:fs";
import { lexer, type Token, type Tokens, walkTokens } from "marked";

/** A block of code. */
export interface Block {
  readonly lang: string;
  readonly text: string;
}

/** All of them, in their order. */
export const blocks: readonly Block[] = (() => {
  const found: Block[] = [];
  walkTokens(lexer(readFileSync(new URL("../../README.md", import.meta.url), "utf8")), (token: Token) => {
    if (token.type === "code") found.push({ lang: (token as Tokens.Code).lang ?? "", text: token.text });
  });
  return found;
})();

/** The programs to paste: the blocks of js that begin with an import. */
export const programs = blocks
  .filter(({ lang, text }) => lang === "js" && text.startsWith("import "))
  .map(({ text }) => text);

/** The lines of calls, each of which stands for itself. */
export const calls = blocks
  .filter(({ lang, text }) => lang === "js" && !text.startsWith("import "))
  .flatMap(({ text }) => text.split("\n"))
  .filter((line) => line !== "");
