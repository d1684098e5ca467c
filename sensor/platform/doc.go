// Package platform finds out which shop software a shop runs, in which version, and what is open in it: published
// vulnerabilities, a line that is not kept up any more, files that nobody should be able to fetch, a shop that stopped
// taking cards. From outside it asks the shop's own host for a bounded number of pages and files; from inside it reads a
// folder. It never tries a vulnerability.
//
// What is fetched or read may hold secrets: of that only what kind of thing it is leaves this package.
package platform
