/** Docstrings in declarations: read, changed, and written again. */

/** A docstring: its text before the first tag, and the tags in their order. */
export interface Comment {
  readonly text: string;
  readonly tags: readonly Tag[];
}

export interface Tag {
  /** "param" */
  readonly name: string;
  /** What follows the name, on one line; of an example as it was written. */
  readonly text: string;
}

/** The last docstring in the text before a declaration. */
export function commentIn(leading: string): Comment {
  const [, inner] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(leading) ?? [];
  if (inner === undefined) return { text: "", tags: [] };
  const lines = inner.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const [text, ...tags] = lines.join("\n").trim().split(/^@/m);
  return { text: text.trim(), tags: tags.map(tagOf) };
}

function tagOf(written: string): Tag {
  const [, name, text] = /^(\w+)\s*([^]*)$/.exec(written.trim())!;
  return { name, text: name === "example" ? text : oneLine(text) };
}

/** Without its line breaks. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}

/** Docstring of a comment, every line indented alike. */
export function written({ text, tags }: Comment, indent = ""): string {
  const ended = tags.map((tag) => `@${tag.name}${tag.name === "example" ? "\n" : " "}${tag.text}`);
  const lines = [text, ended.join("\n")].filter((part) => part !== "").join("\n\n").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** The sentence of a text that begins so, on one line; undefined if none does. */
export function sentenceOf(text: string, beginning: string): string | undefined {
  // A period ends a sentence where white space follows, and a paragraph ends it anyway.
  const [sentence] = new RegExp(`(?<=^|[.:]\\s|\\n\\n)${beginning}(?:(?!\\n\\n)[^])*?(?:\\.(?=\\s)|(?=\\n\\n)|$)`).exec(text) ?? [];
  return sentence && oneLine(sentence);
}
