const { PAGES, OUT } = process.env;

export default (_, { mode }) => ({
  mode: mode ?? (process.env.RSPACK_SERVE ? "development" : "production"),
  entry: Object.fromEntries(PAGES.split(",").map((page) => [page, `./${page}.js`])),
  output: { path: OUT },
  performance: false,
  devServer: { static: ".", hot: false },
});
