// What the package does not declare: its computation without its way of loading wasm, and its two builds of it.

declare module 'argon2id/lib/argon2id.js' {
  /** Argon2id (RFC 9106), in the memory and with the functions of the instance. */
  export default function computeArgon2id(
    params: {
      readonly password: Uint8Array
      readonly salt: Uint8Array
      readonly secret?: Uint8Array
      readonly ad?: Uint8Array
      readonly parallelism: number
      readonly passes: number
      /** In KiB. */
      readonly memorySize: number
      readonly tagLength: number
    },
    wasm: { readonly memory: WebAssembly.Memory; readonly instance: { readonly exports: WebAssembly.Exports } },
  ): Uint8Array<ArrayBuffer>
}

/** The build puts the file's bytes into the bundle. */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}
