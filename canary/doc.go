// Package canary mints customers who do not exist and recognises their data wherever it turns up.
//
// A [Set] is one such customer with a card: the walk of a checkout types it, and from then on nobody but the shop has
// a reason to hold it. [Mint] makes one, a [Matcher] finds it in arbitrary bytes whatever encoding hides it, and a
// [Collector] puts together what leaves one key at a time. [Confirmed] says whether what was found is a leak by itself.
//
// # What a match proves
//
// A match of a strong field ([Field.Strong]) proves that the bytes hold that set's data. The reasons differ:
//
//   - Card number, e-mail address and password are random (28, 38 and over 50 bits) and matched in full; the encodings
//     and keys tried add some 12 bits of choice, and take nothing away from the digits that must all agree.
//   - A telephone number has 23 random bits or more (in the US 12, with the area code of the place) and is matched only
//     where no other digit touches it; its range has no subscribers, so that no page has one of its own.
//   - Name, card holder and address are not random but rare: names that few people have, in combinations that nobody is
//     known to bear, and house and flat numbers of 17 bits or more. They are matched in full, or as family and given name
//     within half a kilobyte.
//
// It proves this of the bytes only. That they left, and for whom, is for the caller to know. In two sets of one locale
// the same name can come up (one pair in some ten thousand); who the set was is then told by its other fields.
//
// A weak field (security code, expiry, postcode, city) is too short for a proof. It is reported only near a strong
// field of the same set, and then says what else was in the message, not that there was a leak.
//
// No match proves nothing: [Matcher.Find] says what it does not see through. Two walks with sets of different lengths
// (see [Mould]) can still show that an encrypted message carries what was typed.
package canary
