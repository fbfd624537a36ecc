/** A rule of the protocol that the model can be built without. */
export interface Mutant {
  /** As the model knows it. */
  readonly flag: string
  readonly what: string
}

/** Every one of them is in the model behind its flag, and must be found by what somebody can see of it. */
export const MUTANTS: readonly Mutant[] = [
  { flag: 'M_SEND_BEFORE_DURABLE', what: 'answers that are sent before they are durable' },
  { flag: 'M_LEASE_REOPENS', what: 'a lease that ends in availability' },
  { flag: 'M_READ_THEN_DELETE', what: 'a claim that reads, and then takes' },
  { flag: 'M_ANYONE_IN_THE_LEASE', what: 'a lease in which anyone may claim again' },
  { flag: 'M_UNFENCED', what: 'a restored database without a fence' },
  { flag: 'M_VAULT_IN_COPY', what: 'a backup that has the vault in it' },
  { flag: 'M_ANY_ACK', what: 'an ack that anyone may send' },
  { flag: 'M_COUNT_AFTER_ANSWER', what: 'attempts that are counted after the answer' },
  { flag: 'M_NO_MARK', what: 'a vault that does not remember what has left' },
  { flag: 'M_VAULT_DOES_NOT_COUNT', what: 'a vault that does not remember wrong tries' },
  { flag: 'M_MARK_AFTER_ANSWER', what: 'a share that leaves before the vault remembers it' },
  { flag: 'M_START_DOES_NOT_MARK', what: 'a start that leaves a claimed share unmarked' },
  { flag: 'M_SHARE_STAYS', what: 'an end that leaves its share in the vault' },
  { flag: 'M_ERASE_BEFORE_COMMIT', what: 'a share that is erased before the end is durable' },
  { flag: 'M_ROW_BEFORE_SHARE', what: 'a secret that is written before its share' },
  { flag: 'M_WITNESS_FIRST', what: 'a witness that goes before its database' },
]
