// Package issuer reads what an issuer of tokens says of those it issued: lines of JSON, Keycloak's event log as text, as
// JSON and as its HTTP senders post it, and the web hook of Ory Hydra.
//
// A log of an issuer's speaks also of tokens that somebody presented: to have them looked up, exchanged or revoked. Those
// may be forged, so only what names the issuing of a token is one: an event that is not known to issue is passed over.
package issuer
