// Package ledger knows which tokens a shop's issuer has really issued, and so which were made by somebody else with the
// right key: a valid signature says that the key signed, the ledger says whether the issuer did.
//
// An entry is 64 bits of a keyed hash of the token's id, bound to its member; no token, no id and no member is kept.
// Entries lie in buckets by expiry, exactly while there are few and as fuse filters where there are many; every record is
// on disk before [Ledger.Record] returns. A token without a record is held for a time of grace, and until the issuer's
// log has moved past the moment of its use. It is then called unissued only where the log had no gap when it could have
// been issued, and where the key id is armed: nearly all of its tokens that were used had a record. Anything else is
// unproven or unknown, and said so.
//
// The ledger has no clock: each call says what time it is, so that old logs are judged as they were written.
package ledger
