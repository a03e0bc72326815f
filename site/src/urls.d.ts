/** The address of a file that the build puts beside the pages. */
declare module "*?url" {
  const url: string;
  export default url;
}
