/** The part of the decoder that is used; it has no types of its own for its JavaScript build. */
declare module "libheif-js" {
  interface Pixels { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number }
  interface HeifImage { get_width(): number; get_height(): number; display(into: Pixels, done: (shown: Pixels | null) => void): void }
  const libheif: { HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] } };
  export default libheif;
}
