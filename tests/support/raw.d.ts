/** Vite's way to read a file as it is; its own declarations bring the browser's globals along. */
declare module "*?raw" {
  const text: string;
  export default text;
}
