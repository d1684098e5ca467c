// Package canary mints customers who do not exist and recognises their data wherever it turns up.
//
// A [Set] is one such customer with a card: the walk of a checkout types it, and from then on nobody but the shop has
// a reason to hold it. [Mint] makes one, a [Matcher] finds it in arbitrary bytes whatever encoding hides it.
package canary
