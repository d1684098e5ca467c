// Package verify answers a shop's gateway about each token that a request brings: whether its signature is good, and
// whether the issuer has ever issued it. One handler serves nginx's auth_request, Traefik's ForwardAuth, Caddy's
// forward_auth and Envoy's ext_authz over HTTP.
//
// It observes: every answer is 200 until a route is named on which it may refuse. It answers from memory, waits for no
// disk, and looks at nothing that is long, nested or packed. Another handler takes the records of issued tokens.
package verify
