/**
 * What every page of the documentation does: code that can be copied, and a list of pages that shows where it is, and folds away where
 * the window is narrow.
 */

import "./style.css";
import { element } from "../elements.js";

const menu = document.querySelector<HTMLDetailsElement>(".docs-menu");
const wide = matchMedia("(min-width: 62rem)");
wide.addEventListener("change", () => {
  if (menu !== null) menu.open = wide.matches;
});

const list = document.querySelector<HTMLElement>(".docs-nav");
const here = list?.querySelector<HTMLElement>("[aria-current]");
// In a list that is higher than the window, the page that is shown may be far down.
if (list && here && wide.matches) list.scrollTop = here.offsetTop - list.clientHeight / 2;

document.querySelectorAll<HTMLElement>(".code").forEach((block) => {
  const button = element("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", () => void copy(block.querySelector("code")!.textContent, button));
  block.append(button);
});

async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Refused, or no secure context: the reader copies by hand.
    button.textContent = "Not allowed here";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
