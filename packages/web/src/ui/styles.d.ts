/** The build puts the style of a part into it, as a text. */
declare module '*.css' {
  const css: string
  export default css
}
