package issuer

import (
	"strings"
)

// keycloakIssues are Keycloak's events in which it issues an access token, whose id is in the detail token_id. Events such
// as INTROSPECT_TOKEN and USER_INFO_REQUEST have that detail too, of a token that somebody presented.
var keycloakIssues = map[string]bool{
	"LOGIN": true, "CODE_TO_TOKEN": true, "REFRESH_TOKEN": true, "CLIENT_LOGIN": true, "TOKEN_EXCHANGE": true,
	"OAUTH2_DEVICE_CODE_TO_TOKEN": true, "AUTHREQID_TO_TOKEN": true, "PERMISSION_TOKEN": true, "OAUTH2_EXTENSION_GRANT": true,
}

// keycloak reads an event as its HTTP senders and its JSON log write it. is says that it is one.
func (p *Parser) keycloak(o object) (t Token, err error, is bool) {
	logger := text(o, []string{"loggerName", "log.logger"})
	if message, ok := o["message"].(string); ok && strings.HasPrefix(logger, "org.keycloak.events") {
		t, err = p.keycloakLine(message)
		if err == nil && t.Issued == 0 {
			t.Issued = p.moment(o, []string{"timestamp", "@timestamp"})
			t.Expires = p.lives(t)
		}
		return t, err, true
	}
	kind, hasKind := o["type"].(string)
	details, hasDetails := o["details"].(object)
	_, hasRealm := o["realmId"].(string)
	if !hasKind || !hasRealm && !hasDetails {
		return Token{}, nil, false
	}
	if !keycloakIssues[strings.TrimPrefix(kind, "access.")] || text(o, []string{"error"}) != "" {
		return Token{}, ErrNoToken, true
	}
	t = Token{
		ID: text(details, []string{"token_id"}), Member: text(o, []string{"userId", "authDetails.userId"}),
		Issued: p.moment(o, []string{"time", "timestamp"}),
	}
	if t.ID == "" {
		return Token{}, ErrNoToken, true // a log-in in the browser: its token comes with CODE_TO_TOKEN
	}
	if life := p.seconds(details, []string{"access_token_expiration_time"}); life > 0 && t.Issued > 0 {
		t.Expires = t.Issued + life
	}
	return t, nil, true
}

// keycloakLine reads a line of the listener jboss-logging, of any layout, with values quoted or not:
//
//	2026-05-01 09:30:00,123 INFO  [org.keycloak.events] (executor-thread-1) type="CODE_TO_TOKEN", userId="…", token_id="…"
func (p *Parser) keycloakLine(line string) (Token, error) {
	start := strings.Index(line, "type=")
	if start < 0 || start > 0 && line[start-1] != ' ' && line[start-1] != '"' {
		return Token{}, ErrNoToken
	}
	var t Token
	life := int64(0)
	issues, failed := false, false
	for rest := line[start:]; rest != ""; {
		var key, value string
		key, value, rest = pair(rest)
		switch key {
		case "type":
			issues = keycloakIssues[value]
		case "userId":
			t.Member = value
		case "token_id":
			t.ID = value
		case "error":
			failed = true
		case "access_token_expiration_time":
			life = p.seconds(object{"": value}, []string{""})
		}
	}
	if t.Member == "null" {
		t.Member = ""
	}
	if !issues || failed || t.ID == "" || t.ID == "null" {
		return Token{}, ErrNoToken
	}
	fields := strings.Fields(line[:min(start, 80)])
	if len(fields) > 1 {
		t.Issued = p.timeOf(fields[0] + " " + fields[1])
	}
	if t.Issued == 0 && len(fields) > 0 {
		t.Issued = p.timeOf(fields[0])
	}
	t.Expires = life
	if t.Issued != 0 {
		t.Expires = p.lives(t)
	}
	return t, nil
}

// lives makes of a life that has no beginning yet an expiry.
func (p *Parser) lives(t Token) int64 {
	if t.Expires > 0 && t.Issued > 0 && t.Expires < 1e9 {
		return t.Issued + t.Expires
	}
	return t.Expires
}

// pair takes `key="value", ` off, or `key=value, `.
func pair(s string) (key, value, rest string) {
	key, s, found := strings.Cut(s, "=")
	if !found {
		return "", "", ""
	}
	if i := strings.LastIndexAny(key, " ,"); i >= 0 {
		key = key[i+1:]
	}
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ = strings.Cut(s[1:], s[:1])
		return key, value, rest
	}
	value, rest, _ = strings.Cut(s, ", ")
	return key, strings.TrimRight(value, "\r\n"), rest
}
