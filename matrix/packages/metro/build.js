import Metro from "metro";

const [entry, out] = process.argv.slice(2);
const config = await Metro.loadConfig({ config: "metro.config.js" });
await Metro.runBuild(config, { entry, out, dev: false, minify: true, platform: "ios" });
