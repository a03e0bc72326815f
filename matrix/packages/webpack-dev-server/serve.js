import webpack from "webpack";
import WebpackDevServer from "webpack-dev-server";

const entry = { main: "./main.js", entries: "./entries.js" };
const compiler = webpack({
  mode: "development",
  context: process.cwd(),
  entry,
  infrastructureLogging: { level: "warn" },
});
const server = new WebpackDevServer({ static: process.cwd(), port: process.argv[2], hot: false }, compiler);
await server.start();
