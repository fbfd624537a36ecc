// ---- Specification: changing any of these makes a new protocol version. ----

/** Salt of every HKDF of ours. SPEC §1.2. */
export const HKDF_SALT = 'letterlock/v1'

/** Bytes of a link key, a share, a receipt key, a claim, and of every proof and hash. SPEC §2.1. */
export const KEY_BYTES = 32

/** Bytes of an id, written as 32 lower-case hex digits. SPEC §2.2. */
export const ID_BYTES = 16

/** Plaintext bytes of a sealed chunk; the last chunk is always shorter. SPEC §4.2. */
export const CHUNK_BYTES = 16 * 1024

/** Bytes that AES-GCM adds to each chunk. SPEC §4.2. */
export const TAG_BYTES = 16

/** Bytes of the random salt that begins every sealed. SPEC §4.1. */
export const SALT_BYTES = 24

/** Bytes of the key commitment that follows the salt. SPEC §4.1. */
export const COMMITMENT_BYTES = 32

/** Longest JSON description of a content, in bytes. SPEC §5.1. */
export const META_BYTES_MAX = 65_536

/** Smallest padded plaintext, in bytes: a password's length is hidden in it. SPEC §5.2. */
export const PADDED_BYTES_MIN = 1024

/** Largest sealed that travels inside the JSON of create and claim, in bytes. SPEC §7.5. */
export const INLINE_SEALED_BYTES_MAX = 65_536

/** Wrong PINs a secret bears before it is destroyed: bounds and default. SPEC §6.4. */
export const ATTEMPTS = { min: 3, max: 10, default: 5 } as const

// ---- Implementation: ours to tune, invisible on the wire. ----

/** Chunks that WebCrypto works on at once. Enough to keep every core busy, small enough for a phone. */
export const CHUNKS_IN_FLIGHT = 16
