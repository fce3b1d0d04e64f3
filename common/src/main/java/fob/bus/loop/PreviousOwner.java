package fob.bus.loop;

/** What the previous owner of a partition has done with a record, as far as its notes tell. */
enum PreviousOwner {
  /** No previous owner has begun the record. */
  HAS_NOT_BEGUN,
  /** A previous owner has finished the record. */
  HAS_FINISHED,
  /** A previous owner has begun the record, lives, and will finish it. */
  IS_RUNNING,
  /** A previous owner has begun the record, and has ended or died without finishing it. */
  HAS_DIED
}
