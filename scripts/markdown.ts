/**
 * A Markdown table.
 *
 * @param rows the first of them the head
 * @param rule "--:" aligns all columns but the first to the right
 */
export function table([head, ...rows]: readonly (readonly string[])[], rule: "---" | "--:" = "---"): string {
  const rules = head.map((_, i) => (i === 0 ? "---" : rule));
  return [head, rules, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
