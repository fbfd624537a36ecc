import type { PromiseName } from './stage.ts'
import type { StageName } from './stages.ts'

/** A promise as it is made in public, and how it is shown. */
export interface PublicPromise {
  /** One sentence. */
  readonly sentence: string
  /** What is done to break it. */
  readonly proof: string
  /** What is broken on purpose, and must be noticed. */
  readonly control: string
  readonly stages: readonly StageName[]
  /** What of it every `npm test` runs. */
  readonly tests: readonly string[]
}

/** In the order in which they are told. The numbers that are missing belong to parts that are not built yet. */
export const promises: Readonly<Record<PromiseName, PublicPromise>> = {
  P1: {
    sentence: 'Two people can never both open the same secret, however closely they race.',
    proof:
      '64 claims of one secret are held back by their last byte in four processes and released together, for 1 000 secrets against one server; one of the replies is thrown away. Then the winner asks again and acknowledges, twice at once, while others claim and look. Of every secret, all calls with their times go through a small checker for linearizability.',
    control:
      'A server whose store reads, and then writes; histories with two winners, and others that no order of calls explains, for the checker.',
    stages: ['races'],
    tests: ['proof/races', 'proof/history.test.ts', 'packages/server/test/process/race.test.ts'],
  },
  P2: {
    sentence: 'The protocol has been checked in every order of steps, crashes and lost messages that a model of it can reach.',
    proof:
      'A model for Spin of one secret, its sender and two readers: create, claim, retry, PIN, acknowledgement, burn, expiry, crash and restore. Spin goes through every state that can be reached with up to three crashes, one copy of the database that is put back or one vault that is lost, two creates that reach the vault, two attempts at a PIN and two wrong ones that each reader may try, and two calls to a commit. Time runs out at any moment, but not back, and tombstones stay. Random runs of it are played on the shipped engine and its files, whose states must be those of the model.',
    control:
      'The same model with one rule broken at a time; runs of it on engines that decide or count wrongly, or lose what a crash or a restore must leave.',
    stages: ['model'],
    tests: ['proof/model'],
  },
  P3: {
    sentence: 'Random orders of calls, crashes and lost messages find nothing, and whatever they find is a seed that repeats it.',
    proof:
      'The shipped store, its thread, vault, witness, clock, sweeper and routes run under the scheduler of fast-check, with a virtual clock, disk and network: senders and readers whose messages are lost, copied and reordered, stops of the process or the power at any write, flush or commit (what was not flushed is kept, lost or torn), clocks that are set, and restarts. An oracle that shares no code with the server judges every answer as it leaves: one claimant, the same bytes for whoever asks again within the lease, no end that is left, no acknowledged create that is lost; nor may a start be fenced, since nothing is restored. Left out are HTTP itself, the taking of the data directory, and the writes of SQLite, of which a commit is taken to be on the disk whole or not at all: P6 proves that.',
    control:
      'Patches to the shipped files, each of which must be found within 500 histories, and by the oracle finding the very violation that the patch is made to cause.',
    stages: ['simulation'],
    tests: ['proof/simulation'],
  },
  P4: {
    sentence: 'If your connection drops while opening, try again: you still get it.',
    proof:
      'The connection is cut behind every single byte of the requests and replies of create, claim and acknowledgement, by RST and by FIN; then the same is asked again, and somebody else asks too, at each cut of a claim once before its claimant and once behind. The client of the pages is cut likewise: its next try reads the text, and a cut never looks like an end.',
    control:
      'A server that erases a share when it has sent it, one that forgets who claimed, one that takes everybody for the claimant, a create that does not know its own, and an acknowledgement that counts once.',
    stages: ['cuts'],
    tests: ['proof/cuts'],
  },
  P5: {
    sentence: 'Killing the server at any instant loses no unopened secret and brings no opened one back.',
    proof:
      'The server is killed with 24 calls under way, again and again, while an observer in another process writes down what it asked and what it was answered. There must be one order of everything that was ever asked of a secret, before and behind each kill, in which every answer is the right one; what was not answered happened before the kill, or never.',
    control: 'A store that answers before it has written, and a start that lets what was claimed wait again.',
    stages: ['kills'],
    tests: ['proof/kills', 'proof/history.test.ts', 'packages/server/test/process/crash.test.ts'],
  },
  P6: {
    sentence: 'Pulling the plug at any write to the disk does the same.',
    proof:
      'Every write, flush, cut and name of three lives of a server is recorded, and compared with the disk. Recovery is started on what a disk may hold behind each of them: all of it, only what was flushed, all bytes without the names, all names without the bytes, and torn blocks. Whatever was answered by then must be so, and stay so. The vault is looked into as it was left, before anything mends it: a share that was handed over is marked there, one that was erased is gone, and a wrong PIN is counted.',
    control:
      'The same recording with the journal modes that SQLite is often run in, DELETE with FULL and WAL with NORMAL; a data directory whose own name is not flushed, and one that a killed start has made, and the next takes for flushed; and a store that answers before its vault is flushed.',
    stages: ['power'],
    tests: ['proof/power'],
  },
  P7: {
    sentence: 'A failing or full disk makes the server stop, never lie; opening and erasing work when creating no longer can.',
    proof:
      'In a scenario of creates, claims, guesses, acks, burns and settling, each flush and cut fails in turn by an error of the disk, each write for lack of room, and every third write by an error; then the server starts again on what had been flushed, without what the failed flush was to bring. And small disks, tmpfs and ext4, are filled by creates, and then to the last byte by somebody else, again after every opening: opening, acknowledging, burning, guessing, sweeping and starting must go on; so must calls that come together, where what is left of the disk ends as their log outgrows its index, and a start that finds the vault gone. With room again, creating must, without a start.',
    control:
      'Servers that go on after a failed flush, of the log or of the vault; a server without a ballast, one without a margin, one that makes no room to start, one that leaves the index of a long log to SQLite, and one that ends at once all that a start must end.',
    stages: ['disks'],
    tests: ['proof/disks'],
  },
  P10: {
    sentence: 'We refuse to start on settings that would break these promises.',
    proof:
      'A matrix of bad settings of SQLite, of the environment, of files, links, permissions, owners, places and file systems: each must be refused in one sentence, and nothing in the directory may change, except that a start which comes as far as listening has begun another generation. File systems that copy on write, or are memory, are taken with a warning to the operator and on `/readyz`.',
    control:
      'The good setting of each row, one for all of the environment, which must start and have the secret that waits; a server that does not look whether SQLite took its settings.',
    stages: ['settings'],
    tests: ['proof/settings', 'packages/server/test/unit/settings.test.ts'],
  },
  P11: {
    sentence: 'After opening, the bytes are gone from our files.',
    proof:
      '200 secrets of 72 B to 40 KiB are opened, burned, locked or expire. Every file below the data directory is searched for head, tail and every thousandth byte of what was sealed, and for the shares, while the server runs and after it was killed.',
    control:
      'The same with secure_delete off, which must leave more than 150; a vault that frees without overwriting; secrets that still wait, which must be found.',
    stages: ['residue'],
    tests: ['proof/residue', 'packages/server/test/store/erasure.test.ts'],
  },
  P12: {
    sentence: 'And the key to them is gone from the raw disk.',
    proof:
      'The same on ext4 in an image, whose every byte is searched for the shares of what was opened. Sealed bytes may still be there, since a file system does not overwrite what it frees: without the share, which the server alone had, nobody can open them, not even with the link and the PIN.',
    control:
      'Shares that still wait, which must be found; shares in a file that is removed instead of overwritten; a vault that frees without overwriting.',
    stages: ['residue'],
    tests: ['proof/residue'],
  },
  P13: {
    sentence: 'A stolen backup and the full link together reveal nothing.',
    proof:
      'Everything but the vault is copied before the opening: as files, by the backup of SQLite, compacted. Whoever has the copy, the link and the PIN tries every 32 bytes of it as the share, and runs servers on it: without a vault, with a new one, with a forged one.',
    control: 'The same copy with the vault. Vault and database together, as in a snapshot of a whole machine, are outside of the promise.',
    stages: ['restores'],
    tests: ['proof/restores'],
  },
  P14: {
    sentence: 'A restored backup cannot open anything again: we notice, and wait for the operator.',
    proof:
      'Copies of the database from after each call of a run are put back under the last vault, with the witness and without it: fenced until the generation that is shown is accepted; then nothing opens again, receipts are true, and what waits opens, with the PIN attempts that are left.',
    control: 'A server that does not look at the witness, one that forgets what has left the vault, and one that forgets wrong PINs.',
    stages: ['restores'],
    tests: ['proof/restores', 'packages/server/test/store/fence.test.ts'],
  },
  P15: {
    sentence: 'An expired secret cannot be opened, even if the clock goes back; a clock that leaps forward destroys nothing early.',
    proof:
      'The clock of a server is set forward and back by minutes to years, while it runs and between starts, and every answer is compared with what the specification makes of the time.',
    control:
      'A server that believes its clock; one that ignores its operator, who says that the clock was wrong, and one that takes any time for what it has shown.',
    stages: ['time'],
    tests: ['proof/time', 'packages/server/test/unit/clock.test.ts'],
  },
  P16: {
    sentence: 'A PIN can be guessed as often as its sender allowed, for the whole internet, for ever.',
    proof:
      '200 wrong PINs at once, from 200 addresses, where 3 to 10 are allowed, without and with the server killed between; exactly as many are compared as were allowed, and then no file holds the share any more. And wrong PINs after an older copy of the database was put back and accepted: those from before still count.',
    control:
      'A store that reads the count, and then writes it; a server that answers before it has counted, and is killed; one that leaves the share; a vault that does not remember the count over a restore.',
    stages: ['races', 'restores'],
    tests: ['packages/server/test/process/attempts.test.ts', 'proof/races', 'proof/restores'],
  },
  P17: {
    sentence: 'Whoever has only the id of a secret can do nothing with it, not even learn that it exists.',
    proof:
      'Every route is asked with the ids of secrets in every state, with capabilities that are wrong, of another secret or in the wrong place, and with random ids: the replies are compared byte for byte, and receipts, database and vault before and after. The times of 20 000 pairs on each route are compared by Welch’s t, cropped as dudect does; sample and bound (4.5) were fixed before.',
    control:
      'A server that answers otherwise where there is a secret, one that burns behind a 404, one that takes 40 µs longer, a claim that reads the share first, and the look of version 0.3.0, which read only what was there.',
    stages: ['outsiders'],
    tests: ['proof/outsiders', 'packages/server/test/store/outsiders.test.ts', 'packages/server/test/http/quiet.test.ts'],
  },
  P18: {
    sentence: 'Previews, scanners and crawlers cannot open a secret.',
    proof:
      'Every method that Node knows, on every route, under the names of 44 programs that fetch links, with nothing, and with what a holder has wherever that may change nothing; CONNECT, which asks for a tunnel, on connections of its own. And Chromium, which loads, prerenders, frames, scrolls, waits, reloads, and lets scripts press, while nobody does.',
    control: 'A route that opens on GET, a header that says another method, a page that opens by itself, and one that lets a script press.',
    stages: ['outsiders'],
    tests: ['proof/outsiders'],
  },
  P19: {
    sentence: 'We never write a link, PIN, address or text to a log.',
    proof:
      'Marks in each of them go through runs that provoke every status, crash and refusal, under each kind of log; output, health, the folders that a server has for its home and for temporary files, and the data directory, for what may not be in it, are searched for them in every form in which bytes are written down; no file elsewhere may be open to write to.',
    control: 'Six loggers as they are often written, each of which leaks in another way.',
    stages: ['outsiders'],
    tests: ['proof/outsiders', 'packages/server/test/process/canary.test.ts'],
  },
  P21: {
    sentence: 'Malformed HTTP never reaches the application.',
    proof:
      'Raw sockets send more than a hundred requests that are not HTTP, or that two servers would read differently: whole, byte by byte, and cut in two at a place that is drawn. None reaches a handler or the store, each is refused or closed, and whoever comes next is served.',
    control: 'A server that reads leniently, as Node can be told to.',
    stages: ['outsiders'],
    tests: ['proof/outsiders', 'packages/server/test/http/raw-socket.test.ts'],
  },
  P23: {
    sentence: 'A receipt is true.',
    proof:
      'In every history of P3, each receipt that leaves the server is compared with what the oracle knows must have happened by then, and with what can have happened: the state, who ended it, the times, and the wrong tries of a PIN.',
    control: 'Patches to the shipped files that make a receipt lie, each of which must be found within 500 histories, as that very lie.',
    stages: ['simulation'],
    tests: ['proof/simulation'],
  },
  P24: {
    sentence: 'One suite proves every store.',
    proof: 'The same contract, and the same random histories, for the store in memory and the one on disk; their answers must be alike.',
    control: 'Stores with one promise broken each.',
    stages: ['races'],
    tests: ['proof/races', 'packages/server/test/store/contract.test.ts', 'packages/server/test/store/mutants.test.ts'],
  },
}
