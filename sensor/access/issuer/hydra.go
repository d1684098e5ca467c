package issuer

// Hook is what Ory Hydra asks its token hook before it issues a token (oauth2.token_hook). It does not know the token's id
// yet, so the hook gives it one of its own, as a claim.
type Hook struct {
	Member string
	Access map[string]any // what the session already puts into access tokens; the answer must repeat it, or it is lost
	IDs    map[string]any // and into id tokens
}

// ReadHook reads the body of a call to the token hook.
func ReadHook(body []byte) (Hook, bool) {
	o, err := decode(body)
	if err != nil {
		return Hook{}, false
	}
	session, request := hookParts(o)
	if session == nil || request == nil {
		return Hook{}, false
	}
	h := Hook{
		Member: text(session, []string{"id_token.subject", "id_token.id_token_claims.sub"}),
		Access: object{}, IDs: object{},
	}
	if h.Member == "" { // client_credentials: the subject is the client
		h.Member = text(request, []string{"client_id"})
	}
	if extra, ok := session["extra"].(object); ok {
		h.Access = extra
	}
	if extra, ok := get(session, "id_token.id_token_claims.ext").(object); ok {
		h.IDs = extra
	}
	return h, true
}

func hookParts(o object) (session, request object) {
	session, _ = o["session"].(object)
	request, _ = o["request"].(object)
	if session == nil || request == nil || session["id_token"] == nil || request["grant_types"] == nil {
		return nil, nil
	}
	return session, request
}
