import { wordlist } from '@scure/bip39/wordlists/english.js'

/**
 * 2048 short English words that differ in their first four letters: the list of BIP-39. One word
 * drawn from it is 11 bits.
 */
export const wordList: readonly string[] = wordlist
