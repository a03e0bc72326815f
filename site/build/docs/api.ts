/** The API reference, by TypeDoc: pages of their own, which the site serves as they are. */

import { fileURLToPath } from "node:url";
import { Application, DefaultTheme, type DefaultThemeRenderContext, JSX, type PageEvent, type Reflection } from "typedoc";
import { iconAddress, navigation } from "../layout.js";

const pathOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Where the pages are made: vite.config.ts serves the folder above as the site's root. */
const out = pathOf("site/generated/public/api");

/** What is described: all that a program may import, by its source's folder or name. */
const modules: Readonly<Record<string, { readonly source: string; readonly name: string }>> = {
  index: { source: "src/index.ts", name: "lanewise" },
  sampling: { source: "src/sampling/index.ts", name: "lanewise/sampling" },
  plot: { source: "src/plot/index.ts", name: "lanewise/plot" },
  transformers: { source: "src/transformers/index.ts", name: "lanewise/transformers" },
  tfjs: { source: "src/tfjs/index.ts", name: "lanewise/tfjs" },
  float16: { source: "src/float16.ts", name: "lanewise/float16" },
};

/** The page of what a module exports, under the site's root. */
export function apiPageOf(name: string, kind: "functions" | "interfaces" | "variables", module = modules.index.name): string {
  return `api/${kind}/${module.replace("/", "_")}.${name}.html`;
}

/** TypeDoc's theme, with a list beside the pages that is there without scripts, and has no links within what can be clicked. */
class SiteTheme extends DefaultTheme {
  override getRenderContext(page: PageEvent<Reflection>): DefaultThemeRenderContext {
    const context = super.getRenderContext(page);
    context.navigation = ({ project, url }) => {
      const lists = (project.children ?? []).map((module) => listOf(context, module.name, module, url));
      return JSX.createElement("nav", { class: "tsd-navigation", "aria-label": "API" }, ...lists);
    };
    return context;
  }
}

/** What a module exports, in the order of the alphabet. */
function listOf(
  context: DefaultThemeRenderContext,
  name: string,
  module: Reflection & { readonly children?: Reflection[] | undefined },
  url: string,
): JSX.Element {
  const linkTo = (to: Reflection, text: string) => {
    const isHere = context.router.getFullUrl(to) === url;
    return JSX.createElement("a", { href: context.urlTo(to)!, ...(isHere && { "aria-current": "page" }) }, text);
  };
  const members = [...(module.children ?? [])].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const items = members.map((member) => JSX.createElement("li", null, linkTo(member, member.name)));
  return JSX.createElement("div", null, linkTo(module, name), JSX.createElement("ul", null, ...items));
}

/**
 * Makes the reference.
 *
 * @throws {Error} if TypeDoc can't read the sources
 */
export async function makeApi(): Promise<void> {
  const app = await Application.bootstrap({
    entryPoints: Object.values(modules).map(({ source }) => pathOf(source)),
    tsconfig: pathOf("tsconfig.build.json"),
    name: "lanewise",
    theme: "site",
    customCss: pathOf("site/build/docs/api.css"),
    readme: "none",
    out,
    // The pages of the functions have them typeset.
    excludeTags: ["@formula", "@derivative"],
    disableSources: true,
    hideGenerator: true,
    // One class stands on another in one place only.
    includeHierarchySummary: false,
    githubPages: false,
    // What the sources share among themselves isn't exported, and so has no page.
    validation: false,
    logLevel: "Error",
    skipErrorChecking: true,
  });
  app.renderer.defineTheme("site", SiteTheme);
  app.renderer.hooks.on("head.end", () => JSX.createElement("link", { rel: "icon", href: iconAddress }));
  app.renderer.hooks.on("content.begin", (context) => {
    const to = (path: string) => context.relativeURL("index.html")!.replace("index.html", `../${path}`);
    const pages = [{ href: "index.html", name: "lanewise" }, ...navigation];
    const links = pages.map(({ href, name }) => JSX.createElement("a", { href: to(href) }, name));
    return JSX.createElement("nav", { "aria-label": "The site", class: "site-pages" }, ...links);
  });
  app.renderer.on("endPage", (event: PageEvent) => {
    event.contents = correct(event.contents ?? "", event.model.name);
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc could not read the sources");
  for (const module of project.children ?? []) module.name = modules[module.name].name;
  await app.generateDocs(project, out);
}

/** A page with a description of its own, where TypeDoc's are all the same, and without links in what folds its sections. */
function correct(html: string, name: string): string {
  return html
    .replace(/<meta name="description" content="[^"]*"/, () => `<meta name="description" content="API of lanewise: ${name}"`)
    .replace(/<summary[^]*?<\/summary>/g, (summary) => summary.replace(/<a [^>]*tsd-anchor-icon[^]*?<\/a>/g, ""));
}
