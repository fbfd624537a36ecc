/*
 * The life of one secret, its server, and everything that can come in between. SPEC §6, §9.
 *
 * One sender and two sessions that have the link and know the PIN or do not; a database, a vault and
 * a witness that outlive the process; a batch of up to two calls that share one commit. Every step
 * below is something that is done or not done when the process dies.
 *
 * Messages need no channels. Whatever a client may send at some time, it may send at any time after,
 * as often as it likes: so every request can come late, again, out of order, or never, and whoever
 * does not act on a reply has lost it. Only a create is held apart, because its sender stops sending
 * it once it has the answer; connections die with the process, and requests on their way with them.
 *
 * Bounds, all of which can be given with -D: how often the process dies, how many creates reach the
 * vault, how many wrong PINs are borne and how many each session may try. One copy of the database is
 * taken at any time and put back at any later start, or the vault is lost with everything in it.
 * Time runs out at any moment, and does not run back. Tombstones are not forgotten here.
 *
 * Flags M_… break one rule each: what is then found shows that the model can find something.
 */
#ifndef CRASHES
#define CRASHES 2
#endif
#ifndef PUTS
#define PUTS 2
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2
#endif
#ifndef WRONG
#define WRONG 2
#endif
#ifndef BATCH
#define BATCH 2
#endif

#define NOBODY 2
#define BIT(n) (1 << (n))

/* SPEC §6.1, without DRAFT, which is reserved; absent is a secret that was never created. */
mtype:state = { absent, sealed, claimed, opened, expired, burned, locked, lost }
/* SPEC §9.3: an entry that was never there or is overwritten; a share; one that has left before. */
mtype:entry = { free, kept, released }
/* Where the process stands: between calls, in a batch, in a move of the generation, or in a start. */
mtype:step = { resting, deciding, committed, marked, settling, down, fenced, begun, witnessed, recovered }

typedef Row {
  mtype:state state;
  byte claimant;
  bool confirmed;
  byte left;       /* attempts */
  byte tries;      /* wrong tries that are remembered */
  byte share;      /* which entry of the vault it names */
  short generation /* less the witness's */
}

/* What is durable. */
Row disk;
mtype:entry vault[PUTS];
/* Wrong tries that the vault counts beside a share. */
byte failed[PUTS];
bool is_witness_lost;
/* A copy of the database, as a backup takes it. */
Row copy;
bool has_copy;

/* What dies with the process: a transaction, what its commit leaves for the vault, and its answers. */
mtype:step step = resting;
Row tx;
byte calls;
byte mark;
byte erase;
byte give;
byte compared_now;
bool created_now;
bool acked_now;
mtype:state told_now;
bool has_changed;

/* The world. */
bool is_create_sent;
bool is_link_known;
bool is_past_lifetime;
bool is_past_lease;
byte puts;
byte crashes;

/* What has happened, which no restore can undo: nothing below is read by the server. */
bool has_share[2];       /* a share has left for this session */
byte compared;           /* wrong tries whose outcome somebody was told */
bool was_created;        /* a create was acknowledged */
bool was_claimed;        /* a claim was decided durably */
bool was_acked;          /* an ack was acknowledged */
mtype:state told;        /* the last state beyond sealed that anybody was told */
bool does_copy_miss;     /* something has changed since the copy */
bool is_copy_old;        /* … and generation and witness have moved on since */
bool is_restored;
bool is_stale;           /* what was restored was old */
bool is_accepted;        /* the operator has lifted the fence */

#define IS_LIVING(row) (row.state == sealed || row.state == claimed)
#define IS_ENDED(row) (row.state != absent && !IS_LIVING(row))
#define HAS_LEFT (has_share[0] || has_share[1])
#define COUNT(bits) ((bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1) + ((bits >> 3) & 1))

inline put_row(into, from) {
  into.state = from.state;
  into.claimant = from.claimant;
  into.confirmed = from.confirmed;
  into.left = from.left;
  into.tries = from.tries;
  into.share = from.share;
  into.generation = from.generation
}

inline clear_row(row) {
  row.state = absent;
  row.claimant = 0;
  row.confirmed = false;
  row.left = 0;
  row.tries = 0;
  row.share = 0;
  row.generation = 0
}

inline clear_batch() {
  clear_row(tx);
  calls = 0;
  mark = 0;
  erase = 0;
  give = 0;
  compared_now = 0;
  created_now = false;
  acked_now = false;
  told_now = absent
}

/* ---- What must never be. ---- */

/* How it is done. Without it (-DOUTCOMES) only what somebody can see is left, and must do to find what is broken. */
#ifdef OUTCOMES
#define HOW(what) skip
#else
#define HOW(what) assert(what)
#endif

/* Of every row that an answer is made from. */
inline check_row(row) {
  /* A restored database answers nothing before the operator has accepted it. */
  HOW(!is_stale || is_accepted);
  /* What a create acknowledged is there. */
  assert(row.state != absent || !was_created || is_restored);
  /* A secret that lives has its share: a claimant that asks again is given it. */
  HOW(!IS_LIVING(row) || vault[row.share] != free);
  /* No resurrection: what was told to be taken or gone is never free again, and an end is never left. */
  assert(row.state != sealed || (told == absent && !HAS_LEFT));
  assert(told == absent || told == claimed || row.state == told || (is_restored && !IS_LIVING(row)));
  assert(told != claimed || row.state == claimed || row.state == opened || (is_restored && !IS_LIVING(row)));
  /* Receipts are true. */
  assert(!row.confirmed || (row.state == opened && (row.claimant == NOBODY || has_share[row.claimant])));
  assert(row.state != opened || was_claimed);
  assert(!(row.state == burned || row.state == expired || row.state == locked) || !HAS_LEFT);
  assert(row.state != lost || is_restored);
  assert(!was_acked || row.confirmed || is_restored)
}

/* ---- Decisions, as life.ts takes them. ---- */

inline end_as(as) {
  tx.state = as;
  tx.tries = 0;
  erase = erase | BIT(tx.share)
}

inline begin_call() {
  if
  :: step == resting -> put_row(tx, disk); step = deciding
  :: else
  fi;
  calls++;
  if
  :: tx.state == sealed && is_past_lifetime -> end_as(expired)
  :: tx.state == claimed && is_past_lease ->
#ifdef M_LEASE_REOPENS
    tx.state = sealed; tx.claimant = NOBODY
#else
    end_as(opened)
#endif
  :: else
  fi
}

inline end_call() {
  if
  :: tx.state != absent && tx.state != sealed -> told_now = tx.state
  :: else
  fi
}

inline create() {
  begin_call();
  check_row(tx);
#ifndef M_ROW_BEFORE_SHARE
  vault[puts] = kept;
#endif
  if
  :: tx.state == absent ->
    tx.state = sealed;
    tx.claimant = NOBODY;
    tx.left = ATTEMPTS;
    tx.share = puts;
    created_now = true
  :: IS_LIVING(tx) -> created_now = true; erase = erase | BIT(puts)
  :: else -> erase = erase | BIT(puts)
  fi;
  puts++;
  end_call()
}

inline peek() {
  begin_call();
  check_row(tx);
  end_call()
}

inline take(who) {
  tx.state = claimed;
  tx.claimant = who;
  tx.tries = 0;
  is_past_lease = false;
  give_to(who)
}

inline give_to(who) {
  give = give | BIT(who);
  mark = mark | BIT(tx.share)
}

inline claim(who) {
  begin_call();
  check_row(tx);
  if
  :: tx.state == sealed && vault[tx.share] == free -> end_as(lost)
  :: tx.state == sealed && vault[tx.share] == released -> end_as(opened)
  :: tx.state == sealed && vault[tx.share] == kept -> take(who)
#ifdef M_ANYONE_IN_THE_LEASE
  :: tx.state == claimed -> give_to(who)
#else
  :: tx.state == claimed && tx.claimant == who -> give_to(who)
#endif
  :: else
  fi;
  end_call()
}

inline guess(who, try) {
  begin_call();
  check_row(tx);
  if
  :: tx.state == sealed ->
    compared_now = compared_now | BIT(try);
#ifndef M_COUNT_AFTER_ANSWER
    count(try)
#endif
  :: else
  fi;
  end_call()
}

inline count(try) {
  if
  :: (tx.tries & BIT(try)) == 0 ->
    tx.tries = tx.tries | BIT(try);
    tx.left--;
    if
    :: tx.left == 0 -> end_as(locked)
    :: else
    fi
  :: else
  fi
}

inline ack(who, is_right) {
  begin_call();
  check_row(tx);
  if
#ifdef M_ANY_ACK
  :: (tx.state == claimed || tx.state == opened) ->
#else
  :: (tx.state == claimed || tx.state == opened) && tx.claimant == who && is_right ->
#endif
    if
    :: tx.state == claimed -> end_as(opened)
    :: else
    fi;
    tx.confirmed = true;
    acked_now = true
  :: else
  fi;
  end_call()
}

inline burn() {
  begin_call();
  check_row(tx);
  if
  :: tx.state == sealed -> end_as(burned)
  :: tx.state == claimed -> end_as(opened)
  :: else
  fi;
  end_call()
}

/* ---- What follows a decision, in the order of engine.ts. ---- */

inline commit() {
  if
  :: tx.state != disk.state || tx.confirmed != disk.confirmed || tx.left != disk.left || tx.claimant != disk.claimant ->
    has_changed = true;
    does_copy_miss = has_copy
  :: else
  fi;
  put_row(disk, tx);
  was_claimed = was_claimed || give != 0
}

inline erase_now() {
  for (i : 0 .. PUTS - 1) {
    if
    :: (erase & BIT(i)) != 0 -> vault[i] = free; failed[i] = 0
    :: else
    fi
  }
  i = 0
}

/* What the database has counted, the vault counts as well: a copy of the database from before gives nothing back. */
inline remember_failed() {
#ifdef M_VAULT_DOES_NOT_COUNT
  skip
#else
  if
  :: disk.state == sealed && vault[disk.share] == kept && failed[disk.share] < ATTEMPTS - disk.left ->
    failed[disk.share] = ATTEMPTS - disk.left
  :: else
  fi
#endif
}

inline mark_now() {
  remember_failed();
#ifdef M_NO_MARK
  skip
#else
  for (i : 0 .. PUTS - 1) {
    if
    :: (mark & BIT(i)) != 0 && vault[i] == kept -> vault[i] = released
    :: else
    fi
  }
  i = 0
#endif
}

inline answer() {
  for (i : 0 .. 1) {
    if
    :: (give & BIT(i)) != 0 ->
      /* What has left was decided durably, in the database and in the vault. */
      HOW((disk.state == claimed || disk.state == opened) && disk.claimant == i);
      HOW(vault[disk.share] != kept);
      has_share[i] = true
    :: else
    fi
  }
  i = 0;
  /* One claimant. */
  assert(!(has_share[0] && has_share[1]));
  compared = compared | compared_now;
  /* As many guesses as the sender allowed, however they come. */
  assert(COUNT(compared) <= ATTEMPTS);
  was_created = was_created || created_now;
  was_acked = was_acked || acked_now;
  if
  :: told_now != absent -> told = told_now
  :: else
  fi;
#ifndef OUTCOMES
  check_row(disk);
#endif
  /* An end that was told has left no share behind. */
  HOW(!IS_ENDED(disk) || told_now == absent || vault[disk.share] == free)
}

/* ---- The generation and its witness. SPEC §9.4. ---- */

inline advance_database() {
  disk.generation = (disk.generation > 0 -> disk.generation : 0) + 1
}

inline advance_witness() {
  copy.generation = (has_copy -> (copy.generation >= disk.generation -> copy.generation - disk.generation : -1) : 0);
  disk.generation = 0;
  is_witness_lost = false;
  is_copy_old = is_copy_old || does_copy_miss
}

#define IS_BEHIND (is_witness_lost -> disk.state != absent : disk.generation < 0)

inline recover() {
  /* Nobody is served from what is old before the operator has said so. */
  assert(!is_stale || is_accepted);
  put_row(tx, disk);
  if
  :: tx.state == sealed && vault[tx.share] == free -> tx.state = lost; tx.tries = 0
  :: tx.state == sealed && vault[tx.share] == released -> tx.state = opened; tx.tries = 0
  :: tx.state == sealed && vault[tx.share] == kept && failed[tx.share] > ATTEMPTS - tx.left ->
    tx.left = ATTEMPTS - failed[tx.share]
  :: tx.state == claimed && vault[tx.share] == free -> tx.state = opened
  :: else
  fi;
  commit();
  clear_row(tx)
}

/* A claim whose answer a crash kept back may have been told of since; a copy from before it must not offer it again. */
inline mark_claimed() {
#ifdef M_START_DOES_NOT_MARK
  skip
#else
  if
  :: disk.state == claimed && vault[disk.share] == kept -> vault[disk.share] = released
  :: else
  fi
#endif
}

inline erase_strays() {
  for (i : 0 .. PUTS - 1) {
    if
    :: !(IS_LIVING(disk) && disk.share == i) -> vault[i] = free; failed[i] = 0
    :: else
    fi
  }
  i = 0
}

inline put_copy_back() {
  put_row(disk, copy);
  is_stale = is_copy_old
#ifdef M_VAULT_IN_COPY
  ;
  for (i : 0 .. PUTS - 1) { vault[i] = copied_vault[i] }
  i = 0;
  disk.generation = 0
#endif
}

inline forget_copy() {
  clear_row(copy);
  has_copy = false;
  does_copy_miss = false;
  is_copy_old = false;
  is_restored = true
}

#ifdef M_VAULT_IN_COPY
mtype:entry copied_vault[PUTS];
#endif
#ifdef M_READ_THEN_DELETE
bool has_seen[2];
#endif
#ifdef M_COUNT_AFTER_ANSWER
byte uncounted;
#endif
#ifdef M_SEND_BEFORE_DURABLE
bool is_answered;
#endif
byte i;

#define CAN_CALL ((step == resting || step == deciding) && calls < BATCH MORE)
#ifdef M_SEND_BEFORE_DURABLE
#define MORE && !is_answered
#else
#define MORE
#endif

/* Runs that are drawn at random (-DPLAY) have few other ways to come far before time ends them. */
#ifdef PLAY
#define LATE && (told != absent || compared != 0)
#else
#define LATE
#endif

init {
  d_step {
    clear_row(disk);
    clear_row(copy);
    clear_batch();
    told = absent;
    for (i : 0 .. PUTS - 1) { vault[i] = free }
    i = 0
#ifdef M_VAULT_IN_COPY
    ;
    for (i : 0 .. PUTS - 1) { copied_vault[i] = free }
    i = 0
#endif
  }
  byte who;
  byte try;
end:
  do
  /* ---- The world. ---- */
  :: d_step { !is_create_sent && !is_link_known && told == absent && puts < PUTS -> is_create_sent = true }
  :: d_step { was_created && !is_link_known -> is_link_known = true; printf("link\n") }
  :: d_step { !is_past_lifetime && disk.state != absent LATE -> is_past_lifetime = true; printf("lifetime\n") }
  :: d_step { !is_past_lease && disk.state == claimed && step != deciding -> is_past_lease = true; printf("lease\n") }

  /* ---- Calls. ---- */
  :: d_step { CAN_CALL && is_create_sent && puts < PUTS -> create(); printf("create\n") }
  :: atomic {
      CAN_CALL && is_link_known ->
      if
      :: who = 0
      :: who = 1
      fi;
      if
#ifdef M_READ_THEN_DELETE
      :: d_step { !has_seen[who] -> begin_call(); has_seen[who] = (tx.state == sealed) }
      :: d_step { has_seen[who] -> begin_call(); take(who); has_seen[who] = false; end_call() }
#else
      :: d_step { claim(who); printf("claim %d\n", who) }
#endif
      :: d_step { ack(who, false); printf("ack %d wrong\n", who) }
      :: d_step { has_share[who] -> ack(who, true); printf("ack %d right\n", who) }
      :: if
         :: try = 0
#if WRONG > 1
         :: try = 1
#endif
         fi;
         try = who * WRONG + try;
         d_step { guess(who, try); printf("guess %d %d\n", who, try) }
      fi;
      who = 0;
      try = 0
    }
  :: d_step { CAN_CALL && is_link_known -> peek(); printf("peek\n") }
  :: d_step { CAN_CALL && is_link_known -> burn(); printf("burn\n") }

  /* ---- The engine. ---- */
#ifdef M_SEND_BEFORE_DURABLE
  :: d_step { step == deciding && !is_answered -> answer(); is_answered = true }
  :: d_step { step == deciding && is_answered -> commit(); step = committed }
#else
#ifdef M_ERASE_BEFORE_COMMIT
  :: d_step { step == deciding && erase != 0 -> erase_now(); erase = 0 }
  :: d_step { step == deciding && erase == 0 -> commit(); step = committed }
#else
  :: d_step { step == deciding -> commit(); step = committed; printf("commit\n") }
#endif
#endif
#ifdef M_MARK_AFTER_ANSWER
  :: d_step { step == committed -> erase_now(); answer(); step = marked }
  :: d_step { step == marked -> mark_now(); clear_batch(); step = resting }
#else
  :: d_step {
      step == committed ->
      mark_now();
#ifdef M_ROW_BEFORE_SHARE
      if
      :: created_now && disk.state == sealed -> vault[disk.share] = kept
      :: else
      fi;
#endif
      step = marked
    }
  :: d_step {
      step == marked ->
#ifndef M_SHARE_STAYS
      erase_now();
#endif
#ifdef M_SEND_BEFORE_DURABLE
      is_answered = false;
#else
      answer();
#endif
#ifdef M_COUNT_AFTER_ANSWER
      uncounted = compared_now;
#endif
      clear_batch();
      step = resting;
      printf("answer %d %d %d\n", disk.state, disk.confirmed, disk.left)
    }
#endif
#ifdef M_COUNT_AFTER_ANSWER
  :: d_step {
      step == resting && uncounted != 0 ->
      put_row(tx, disk);
      for (i : 0 .. 3) {
        if
        :: (uncounted & BIT(i)) != 0 && tx.state == sealed -> count(i)
        :: else
        fi
      }
      i = 0;
      commit();
      erase_now();
      clear_batch();
      uncounted = 0
    }
#endif
#ifdef M_WITNESS_FIRST
  :: d_step { step == resting && has_changed -> disk.generation = -1; has_changed = false; step = settling }
  :: d_step { step == settling -> disk.generation = 0; step = resting }
#else
  :: d_step { step == resting && has_changed -> advance_database(); has_changed = false; step = settling }
  :: d_step { step == settling -> advance_witness(); step = resting; printf("settle\n") }
#endif

  /* ---- Copies, crashes, restores. ---- */
  :: d_step {
      !has_copy && !is_restored && step != fenced ->
      put_row(copy, disk);
      has_copy = true;
#ifdef M_VAULT_IN_COPY
      for (i : 0 .. PUTS - 1) { copied_vault[i] = vault[i] }
      i = 0;
#endif
      printf("copy\n")
    }
  :: d_step {
      step != down && crashes < CRASHES ->
      crashes++;
      clear_batch();
      is_create_sent = false;
      has_changed = false;
#ifdef M_READ_THEN_DELETE
      has_seen[0] = false;
      has_seen[1] = false;
#endif
#ifdef M_COUNT_AFTER_ANSWER
      uncounted = 0;
#endif
#ifdef M_SEND_BEFORE_DURABLE
      is_answered = false;
#endif
      step = down;
      printf("crash\n")
    }
  :: d_step {
      step == down && has_copy && !is_restored ->
      put_copy_back();
      forget_copy();
      printf("restore\n")
    }
  :: d_step {
      step == down && !is_restored ->
      for (i : 0 .. PUTS - 1) { vault[i] = free; failed[i] = 0 }
      i = 0;
      is_witness_lost = true;
      forget_copy();
      printf("lose vault\n")
    }
#ifdef M_UNFENCED
  :: d_step { step == down -> advance_database(); step = begun }
#else
  :: d_step { step == down && !IS_BEHIND -> advance_database(); step = begun; printf("start\n") }
  :: d_step {
      step == down && IS_BEHIND ->
      /* The fence rises for a reason. */
      assert(is_restored);
      step = fenced;
      printf("fenced\n")
    }
#endif
  :: d_step { step == fenced -> is_accepted = true; advance_database(); step = begun; printf("accept\n") }
  :: d_step { step == begun -> advance_witness(); step = witnessed }
  :: d_step { step == witnessed -> recover(); step = recovered }
  :: d_step { step == recovered -> mark_claimed(); remember_failed(); erase_strays(); step = resting; printf("ready\n") }
  od
}
