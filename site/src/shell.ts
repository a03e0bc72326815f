/** What every page does: the theme's button, and the shortcut to the search. */

import "./style.css";

const themes = ["", "light", "dark"] as const;
const labels = { "": "as the system has it", light: "light", dark: "dark" } as const;
const signs = { "": "◐", light: "☀", dark: "☾" } as const;

const button = document.querySelector<HTMLButtonElement>("#theme")!;
const root = document.documentElement;

function show(): void {
  // What is stored may be anything.
  const theme = themes.find((known) => known === root.dataset.theme) ?? "";
  button.textContent = signs[theme];
  button.setAttribute("aria-label", `Theme: ${labels[theme]}`);
}

button.addEventListener("click", () => {
  const next = themes[(themes.indexOf((root.dataset.theme ?? "") as "") + 1) % themes.length];
  if (next === "") delete root.dataset.theme;
  else root.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch {
    // Where nothing may be stored, the theme lasts as long as the page.
  }
  show();
});

document.addEventListener("keydown", (event) => {
  if (
    event.key !== "/" ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as Element).tagName)
  )
    return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>(".search input")?.focus();
});

show();
