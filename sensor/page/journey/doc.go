// Package journey walks a shop it has never seen, from a start address to the payment step, as a customer would:
// finds something in stock, puts it into the cart, goes on as a guest, fills every field with the data of a canary
// customer, and stops before the button that would place the order.
//
// # How it finds its way
//
// One script (survey.js) lists what a customer could see, press and fill in every frame. From these lists alone,
// without any knowledge of a shop's software, the walk tells what kind of page it stands on, what each field asks for
// and what each button would do, by the words of four languages: Japanese, Korean, Indonesian and English. The word
// lists are tables (intentWords, topicWords, partWords, paymentWords); a shop that is not understood is mended by a
// word in a table, or by the operator with a [File].
//
// # What it never does
//
// It never presses what may be the last button, on no page on which a card was typed any button at all, and in doubt a
// button is the last. It never types into a payment provider's frame without leave, makes no account without leave,
// and presses nothing that deletes, cancels, logs out, subscribes or writes to somebody.
package journey
